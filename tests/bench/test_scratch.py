"""What an instance of the benches hands to its processes: all settings, and no other."""

from pathlib import Path

from rufwerk.bench.scratch import environment
from rufwerk.crm_settings import Crm
from rufwerk.settings import Mail, Rtp, Settings, Sip
from rufwerk.settings_reading import load


def test_the_settings_survive_the_environment(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        cache=tmp_path / "cache",
        tenants=tmp_path / "tenants",
        sip=Sip(phones=("1301", "1302")),
        rtp=Rtp(first=30000, last=30998),
        crm=Crm(port=7001),
        mail=Mail(port=7002, sender="desk@example.com"),
    )
    assert load(None, environment(settings)) == settings
