"""An instance behind the demo's carrier, and one behind a carrier that isn't Asterisk: what comes of ringing somebody
is the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.phone.instance import Instance, running
from tests.phone.sip_carrier import AS_IN_THE_DEMO, SipCarrier

_SIP = "a SIP carrier"


@pytest.fixture(scope="module", params=["the demo's carrier", _SIP])
def carrier(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SipCarrier | None:
    """None is the demo's."""
    if request.param != _SIP:
        return None
    return SipCarrier(tmp_path_factory.mktemp("carrier"), AS_IN_THE_DEMO)


@pytest.fixture(scope="module")
def instance(
    carrier: SipCarrier | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    with behind(carrier, tmp_path_factory.mktemp("behind")) as made:
        yield made


@contextmanager
def behind(carrier: SipCarrier | None, home: Path) -> Iterator[Instance]:
    """An instance that rings people over it, both running."""
    settings = carrier.settings if carrier else {}
    with carrier or nullcontext(), running(home, **settings) as made:
        yield made
