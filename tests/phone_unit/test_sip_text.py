import pytest

from phone import sip_text
from phone.sip_text import Media

ANSWER = (
    b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\nVIA: second\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x@y\r\nCSeq: 3 INVITE\r\n"
    b"Contact: <sip:portal@127.0.0.1:5060>\r\n\r\nbody"
)


def test_reads_an_answer() -> None:
    message = sip_text.read(ANSWER)
    assert message is not None
    assert (message.method, message.status, message.reason) == ("", 200, "OK")
    assert message.headers["via"] == ("SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1", "second")
    assert message.request_number == (3, "INVITE")
    assert message.first("missing") == ""
    assert message.body == "body"


def test_reads_a_request_and_answers_it() -> None:
    request = sip_text.read(ANSWER.replace(b"SIP/2.0 200 OK", b"BYE sip:me@here SIP/2.0"))
    assert request is not None
    assert request.method == "BYE"
    answer = sip_text.read(
        sip_text.answer_to(request, "200 OK", [("Contact", "<sip:me>")], "v=0\r\n")
    )
    assert answer is not None
    assert answer.status == 200
    for name in ("via", "from", "to", "call-id", "cseq"):
        assert answer.headers[name] == request.headers[name]
    assert answer.first("content-length") == "5"
    assert answer.first("content-type") == "application/sdp"


@pytest.mark.parametrize(
    "noise", [b"", b"\r\n\r\n", b"\xff\xfe\x00", b"SIP/2.0 x OK\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_anything_else_is_no_sip(noise: bytes) -> None:
    assert sip_text.read(noise) is None


@pytest.mark.parametrize("sequence", ["", "x INVITE", "INVITE"])
def test_a_bad_sequence_number_matches_nothing(sequence: str) -> None:
    message = sip_text.read(ANSWER.replace(b"3 INVITE", sequence.encode()))
    assert message is not None
    assert message.request_number == (0, "")


def test_offers_what_it_reads() -> None:
    assert sip_text.read_media(sip_text.offer("127.0.0.1", 24000)) == Media(
        "127.0.0.1", 24000, 8, 101
    )


def test_reads_mu_law_and_another_event_type() -> None:
    sdp = "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 9 0 96\na=rtpmap:96 telephone-event/8000\n"
    assert sip_text.read_media(sdp) == Media("10.0.0.1", 4000, 0, 96)


@pytest.mark.parametrize(
    "sdp", ["", "c=IN IP4 10.0.0.1\n", "c=IN IP4 1.2.3.4\nm=audio 0 RTP/AVP 8\n", "m=audio 9 RTP/AVP 8\n",
            "c=IN IP4 1.2.3.4\nm=audio 4000 RTP/AVP 111\n"]
)  # fmt: skip
def test_no_sound_to_be_had(sdp: str) -> None:
    assert sip_text.read_media(sdp) is None
