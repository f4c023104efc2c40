"""Agents whose telephones are extensions of another maker's PBX, and who comes from there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from domain import field_facts as facts
from domain.field_facts import OfferResult, Side
from domain.portal_facts import CallArrived
from phone.registered import RegisteredPhone
from rufwerk.doctor import Doctor
from rufwerk.settings import Pbx
from tests.phone import house, other_pbx
from tests.phone.floor import Floor, until, wait_in_field
from tests.phone.house import Called, House
from tests.phone.instance import Instance
from tests.phone.other_pbx import (
    BUSY,
    EARLY,
    EXTENSIONS,
    FORWARDED,
    FORWARDED_OUT,
    PHONE,
    SILENT,
    OtherPbx,
)
from tests.phone.real_asterisk import Running, running, settings_in
from tests.phone.sip_client import SipClient, wait

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]


@dataclass(frozen=True, slots=True)
class Both:
    """Our instance and the PBX beside it."""

    ours: Instance
    pbx: OtherPbx


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    pbx = OtherPbx(tmp_path_factory.mktemp("pbx"))
    ours = Instance(
        tmp_path_factory.mktemp("behind"),
        pbx__host=other_pbx.HOST,
        pbx__port=str(pbx.port),
        pbx__extensions=",".join(EXTENSIONS),
    )
    pbx.knows(ours.settings.sip.port)
    pbx.start()
    try:
        ours.start()
        yield Both(ours, pbx)
    finally:
        ours.stop()
        pbx.end()


@pytest.fixture
async def at(both: Both) -> AsyncIterator[House]:
    async with house.house(both.ours) as made:
        yield made
        await house.until(lambda: house.no_calls(made), 60)


@pytest.fixture
async def desk(both: Both, at: House) -> AsyncIterator[Floor]:
    """Where agents sign in; it seats nobody by itself, since their telephones aren't ours."""
    async with AsyncExitStack() as stack:
        yield Floor(both.ours.settings, stack)


@asynccontextmanager
async def eva_at(desk: Floor, extension: str) -> AsyncIterator[None]:
    await desk.wish("eva", "signin", phone=extension)
    await desk.wish("eva", "ready")
    await desk.until_agent("eva", "ready")
    try:
        yield
    finally:
        await desk.wish("eva", "signout")
        await desk.gone("eva")


@pytest.fixture
async def evas(both: Both, desk: Floor) -> AsyncIterator[RegisteredPhone]:
    """The PBX's telephone, where Eva is ready."""
    async with both.pbx.phone() as phone, eva_at(desk, PHONE):
        yield phone


async def sound_goes_to(at: House, extension: str) -> int:
    """The port that the sound for an extension goes to at the moment."""
    names = [row.get("Channel", "") for row in await at.manager.ask("CoreShowChannels")]
    (leg,) = [name for name in names if name.startswith(f"PJSIP/{extension}-")]
    (answer,) = await at.manager.ask("Getvar", Channel=leg, Variable="CHANNEL(rtp,dest)")
    return int(answer["Value"].rpartition(":")[2])


async def offers_ended(desk: Floor, called: Called, *results: OfferResult) -> None:
    """Until the offers of a call have ended so."""

    def is_so() -> bool:
        ended = desk.of_call(called.id, facts.OfferEnded)
        return tuple(one.result for one in ended) == results

    await until(is_so)


async def test_an_agent_behind_the_pbx_talks_to_a_caller(
    at: House, desk: Floor, evas: RegisteredPhone
) -> None:
    """The PBX joins us to its telephone directly by a re-INVITE, and her hanging up ends the call."""
    called = await wait_in_field(at)
    await evas.event("answered", 30)
    await desk.until_agent("eva", "talking")

    async def is_direct() -> bool:
        return await sound_goes_to(at, PHONE) not in other_pbx.SOUND

    await house.until(is_direct, 30)
    await evas.hang_up()
    await at.gone(called)
    await desk.until_agent("eva", "wrap_up")
    assert desk.of_call(called.id, facts.Offered)
    assert desk.of_call(called.id, facts.PhoneRang)
    assert desk.of_call(called.id, facts.Connected)
    (ended,) = desk.of_call(called.id, facts.LegEnded)
    assert ended.by is Side.AGENT


async def test_a_pbx_that_dies_makes_her_unreachable_until_it_is_back(
    both: Both, at: House, desk: Floor, evas: RegisteredPhone
) -> None:
    """The caller who was talking to her is told, and waits on."""
    called = await wait_in_field(at)
    await desk.until_agent("eva", "talking")
    both.pbx.die()
    try:
        evas.vanish()  # it was joined to us directly
        await desk.until_call(called.id, "waiting")
        (ended,) = desk.of_call(called.id, facts.LegEnded)
        assert ended.by is Side.NETWORK
        await desk.wish("eva", "done")
        await desk.until_agent("eva", "unreachable")
    finally:
        both.pbx.start()
    async with both.pbx.phone() as again:
        await again.event("answered", 30)
        await desk.until_agent("eva", "talking")
        await called.wire.hang_up()
        await again.event("over", 30)


async def test_an_idle_pbx_that_dies_is_found_out(
    both: Both, desk: Floor, evas: RegisteredPhone
) -> None:
    both.pbx.die()
    try:
        await desk.until_agent("eva", "unreachable", timeout_s=12)
    finally:
        both.pbx.start()
    await desk.until_agent("eva", "ready", timeout_s=12)


@pytest.mark.parametrize("extension", [BUSY, FORWARDED, FORWARDED_OUT])
async def test_busy_and_forwarded_are_rejections(at: House, desk: Floor, extension: str) -> None:
    """A call that we don't know of makes her busy (486); a 302, here to a line of ours, isn't followed."""
    async with eva_at(desk, extension):
        called = await wait_in_field(at)
        row = await desk.until_agent("eva", "paused")
        assert row["reason"] == "missed"
        await offers_ended(desk, called, OfferResult.REJECTED, OfferResult.REJECTED)
        await desk.until_call(called.id, "waiting")
        last = [fact for fact in desk.facts() if isinstance(fact.body, CallArrived)][-1]
        assert last.origin.call == called.id
        await called.wire.hang_up()


async def test_it_may_ring_without_any_sound(at: House, desk: Floor) -> None:
    async with eva_at(desk, SILENT):
        called = await wait_in_field(at)
        await until(lambda: bool(desk.of_call(called.id, facts.PhoneRang)))
        await called.wire.hang_up()
        await desk.until_agent("eva", "ready")


async def test_it_may_announce_sound_and_never_ring(at: House, desk: Floor) -> None:
    async with eva_at(desk, EARLY):
        called = await wait_in_field(at)
        await until(lambda: bool(desk.of_call(called.id, facts.Connected)))
        assert not desk.of_call(called.id, facts.PhoneRang)
        await called.wire.hang_up()


async def test_who_answers_options_somehow_is_there(both: Both, at: House) -> None:
    """The PBX says 404, 401 or 200 to them."""

    async def are_there() -> bool:
        rows = await at.manager.ask("DeviceStateList")
        states = {row["Device"]: row["State"] for row in rows if "Device" in row}
        return all(states[f"PJSIP/{extension}"] == "NOT_INUSE" for extension in EXTENSIONS)

    await house.until(are_there, 12)
    found = await asyncio.to_thread(Doctor(both.ours.settings).examine)
    finding = next(one for one in found.findings if one.part == "Asterisk")
    assert finding.detail.endswith(f"{len(EXTENSIONS)} of {8 + len(EXTENSIONS)} phones signed in")


# Who comes from there: the configuration alone


@pytest.fixture(scope="module")
def trunk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = settings_in(tmp_path_factory.mktemp("trunk"))
    pbx = Pbx(other_pbx.HOST, extensions=(PHONE,))
    with running(msgspec.structs.replace(settings, pbx=pbx)) as asterisk:
        yield asterisk


@pytest.mark.parametrize("password", ["", "demo-4711"])
def test_nobody_calls_in_an_extensions_name(trunk: Running, password: str) -> None:
    port = trunk.settings.sip.port
    with SipClient(port, PHONE, password=password, host="127.0.0.4") as stranger:
        assert [stranger.ring(number) for number in ("555100", "201", PHONE)] == [401, 401, 401]
        assert stranger.register() == 401
    with SipClient(port, PHONE, password=password, host=other_pbx.HOST) as pbx:
        assert pbx.register() >= 400
    with SipClient(port, PHONE) as carrier:  # whom the demo knows by 127.0.0.1
        assert carrier.ring("201") == 404
    assert "0 calls processed" in trunk.asterisk.cli("core show channels count")


@pytest.mark.parametrize("number", [PHONE, "+491713920001", "110"])
def test_the_pbx_gets_nothing_back_and_nothing_out(trunk: Running, number: str) -> None:
    with SipClient(trunk.settings.sip.port, "4799", host=other_pbx.HOST) as pbx:
        assert pbx.ring(number) == 404


@pytest.mark.parametrize("user", ["4799", PHONE])
def test_the_pbx_rings_our_phones(trunk: Running, user: str) -> None:
    """Whoever's number it sends: it is known by its address."""
    port = trunk.settings.sip.port
    with (
        SipClient(port, "201", password="demo-201", answers=True) as phone,
        SipClient(port, user, display='"a:1@b" ', host=other_pbx.HOST) as pbx,
    ):
        assert phone.register() == 200
        assert pbx.ring("201", phone) == 200
        assert f"<sip:{user}@" in phone.rings[0]["from"]
        assert "PJSIP/pbx-" in trunk.asterisk.cli("core show channels concise")
        pbx.hang_up(phone)
        wait(lambda: phone.ended, phone, pbx)


def test_the_pbx_rings_our_lines(trunk: Running) -> None:
    with SipClient(trunk.settings.sip.port, "4799", host=other_pbx.HOST) as pbx:
        assert pbx.ring("555100") == 200
