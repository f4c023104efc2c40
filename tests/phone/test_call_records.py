"""A real Asterisk's record of a call tells whose it was and how long it took, and nobody's number."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.lines import Lines
from domain.period import Period
from reporting.matching import CallRecord
from rufwerk.call_records import read_records
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


def known(path: Path) -> dict[str, list[CallRecord]]:
    found: dict[str, list[CallRecord]] = {}
    for one in read_records(path, EVER, Lines("a")):
        found.setdefault(one.call, []).append(one)
    return found


def test_a_conversation_is_recorded(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as pbx:
        path = pbx.asterisk.places.call_records
        port = pbx.settings.sip.port
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
            wait(lambda: bool(known(path)), caller, operator)
            after = datetime.now(UTC)
        (records,) = known(path).values()
        begun, ended = min(one.start for one in records), max(one.end for one in records)
        assert {one.tenant for one in records} == {"tenant-n555100"}
        assert before - timedelta(seconds=1) <= begun < ended <= after
        assert CALLER.removeprefix("+") not in path.read_text()
        assert "WARNING" not in pbx.asterisk.places.log_file.read_text()
        assert path.parent.stat().st_mode & 0o077 == 0
