"""A real Asterisk's record of a call tells whose it was and how long it took, and nobody's number."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.lines import Lines
from domain.period import Period
from reporting.matching import CallRecord
from rufwerk.call_records import CallRecords
from tests.phone.fake_agi import AgiCall, FakeAgi
from tests.phone.real_asterisk import running, settings_in
from tests.phone.sip_client import SipClient, wait

pytestmark = pytest.mark.phone

CALLER = "+491713920001"
EVER = Period(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def to_the_field(call: AgiCall) -> None:
    call.read_variables()
    call.say("ANSWER")
    call.say("SET VARIABLE AGIDONE field")


def known(records: CallRecords) -> dict[str, list[CallRecord]]:
    found: dict[str, list[CallRecord]] = {}
    for one in records.read(EVER, Lines("a")) or ():
        found.setdefault(one.call, []).append(one)
    return found


def test_a_conversation_is_recorded(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as pbx:
        records = CallRecords.of(pbx.settings, lambda: datetime.now(UTC))
        path, port = pbx.asterisk.places.call_records, pbx.settings.sip.port
        with (
            SipClient(port, CALLER) as caller,
            SipClient(port, "201", password="demo-201") as operator,
            FakeAgi(pbx.settings.agi.port, to_the_field),
        ):
            assert operator.register() == 200
            operator.answers = True
            before = datetime.now(UTC)
            assert caller.ring("555100") == 200
            wait(lambda: bool(operator.calls_up), caller, operator)
            operator.hang_up()
            wait(lambda: caller.ended, caller, operator)
            wait(lambda: bool(known(records)), caller, operator)
            after = datetime.now(UTC)
        (parts,) = known(records).values()
        begun, ended = min(one.start for one in parts), max(one.end for one in parts)
        assert {one.tenant for one in parts} == {"tenant-n555100"}
        assert before - timedelta(seconds=1) <= begun < ended <= after
        assert CALLER.removeprefix("+") not in path.read_text()
        assert "WARNING" not in pbx.asterisk.places.log_file.read_text()
        assert path.parent.stat().st_mode & 0o077 == 0


def test_they_are_put_aside_while_it_runs(tmp_path: Path) -> None:
    """In the middle of a call, whose record comes into a new file."""
    with running(settings_in(tmp_path)) as pbx:
        now = datetime.now(UTC)
        records = CallRecords.of(pbx.settings, lambda: now)
        port = pbx.settings.sip.port
        with FakeAgi(pbx.settings.agi.port, to_the_field):
            for count in (1, 2):
                with SipClient(port, CALLER) as caller:
                    assert caller.ring("555100") == 200
                    records.put_aside()
                    caller.hang_up()
                    wait(lambda: len(known(records)) == count, caller)  # noqa: B023 - waited for here
                    now += timedelta(days=31)
        (aside,) = records.aside.iterdir()
        lines = aside.read_text().splitlines(), records.written.read_text().splitlines()
        assert all(lines)
        assert "ERROR" not in pbx.asterisk.places.log_file.read_text()
