"""A captured stream is told again as other calls, and both readers see all of it."""

from rufwerk.bench.ami import Captured, tellings


def event(name: str, **fields: str) -> bytes:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


CALL = {"Uniqueid": "1795310323.0", "Linkedid": "1795310323.0"}
AGENT = {"Uniqueid": "1795310324.1", "Linkedid": "1795310323.0"}
STREAM = b"".join(
    (
        event("Newchannel", **CALL),
        event("UserEvent", UserEvent="FieldEntered", Tenant="alpenrad", **CALL),
        event("DialState", DialStatus="RINGING", **CALL),
        event("BridgeEnter", **AGENT),
        event("Hangup", **CALL),
    )
)
CAPTURED = Captured(STREAM, [100, 7, len(STREAM) - 107])


def test_again_as_other_calls() -> None:
    pieces = CAPTURED.again(2)
    assert [len(piece) for piece in pieces] == CAPTURED.sizes
    told = b"".join(pieces)
    assert told == STREAM.replace(b": 179531032", b": 179551032")
    assert b"".join(CAPTURED.again(0)) == STREAM


async def test_both_read_all() -> None:
    told = await tellings(CAPTURED, 3)
    assert len(told) == 3
    assert {one.facts for one in told} == {3}, "it rang, they were joined, he hung up"
    assert CAPTURED.events == 5
