"""Prometheus' rules and Grafana's dashboard speak of what the product really tells, in the words of the guide."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from typing_extensions import override

from domain.health import Health
from rufwerk import settings_reading
from rufwerk.doctor import Doctor
from rufwerk.metrics import Instance

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docker"
PROMETHEUS, GRAFANA = FOLDER / "prometheus", FOLDER / "grafana"
OF_PROMETHEUS = {"up", "ALERTS"}
ONLY_SOMETIMES = {"Ports", "Mail box"}
"""Parts that the doctor finds only where something is taken, or in the demo."""


class InACall(Doctor):
    """Finds what a doctor of that home finds, a call, and one that was refused."""

    @override
    def examine(self) -> Health:
        found = super().examine()
        return Health(found.version, found.findings, 1, [], [], calls_refused=1)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What Prometheus reads of an instance."""
    home = tmp_path_factory.mktemp("home")
    empty = home / "rufwerk.toml"
    empty.touch()
    settings = settings_reading.load(empty, {"RUFWERK_HOME": str(home)})
    registry = CollectorRegistry()
    registry.register(Instance(InACall(settings)))
    return generate_latest(registry).decode()


@pytest.fixture(scope="module")
def rules() -> list[Mapping[str, Any]]:
    loaded = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())
    return [rule for group in loaded["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def dashboard() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads((GRAFANA / "dashboards" / "rufwerk.json").read_text())
    return loaded


def asked(rules: list[Mapping[str, Any]], dashboard: Mapping[str, Any]) -> Iterator[str]:
    yield from (rule["expr"] for rule in rules)
    yield from (one["expr"] for panel in dashboard["panels"] for one in panel["targets"])


def test_what_is_asked_is_told(
    told: str, rules: list[Mapping[str, Any]], dashboard: Mapping[str, Any]
) -> None:
    names = set(re.findall(r"^(\w+)[{ ]", told, re.MULTILINE))
    parts = set(re.findall(r'part="([^"]+)"', told)) | ONLY_SOMETIMES
    for expr in asked(rules, dashboard):
        bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\w+\(", " ", expr)
        used = set(re.findall(r"[A-Za-z_]\w*", bare))
        assert used, expr
        assert used <= names | OF_PROMETHEUS, expr
        assert set(re.findall(r'part="([^"]+)"', expr)) <= parts, expr


def test_every_part_that_can_break_raises_an_alarm(
    told: str, rules: list[Mapping[str, Any]]
) -> None:
    watched = {part for rule in rules for part in re.findall(r'part="([^"]+)"', rule["expr"])}
    assert watched == set(re.findall(r'part="([^"]+)"', told)) - ONLY_SOMETIMES


def test_an_alarm_says_what_the_guide_says(rules: list[Mapping[str, Any]]) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    for rule in rules:
        said = rule["annotations"]
        cells = (said["summary"], said["callers"], said["by_itself"], said["look"])
        assert f"| {' | '.join(cells)} |" in guide, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_grafana_finds_prometheus_and_the_dashboard(dashboard: Mapping[str, Any]) -> None:
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    services = compose["services"]
    (source,) = _provisioned("datasources")["datasources"]
    listens = next(one for one in services["prometheus"]["command"] if "listen-address" in one)
    assert source["url"] == f"http://{listens.partition('=')[2]}"
    address = services["namespace"]["networks"]["inside"]["ipv4_address"]
    assert source["url"] == f"http://{address}:9090"
    assert dashboard["templating"]["list"][0]["current"]["value"] == source["uid"]
    (provider,) = _provisioned("dashboards")["providers"]
    mounts = dict(volume.split(":")[:2] for volume in services["grafana"]["volumes"])
    assert mounts["./grafana/dashboards"] == provider["options"]["path"]


def test_prometheus_asks_where_the_product_tells(tmp_path: Path) -> None:
    loaded = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    (job,) = loaded["scrape_configs"]
    (tmp_path / "empty.toml").touch()
    settings = settings_reading.load(tmp_path / "empty.toml", {})
    assert job["static_configs"] == [{"targets": [f"127.0.0.1:{settings.ops.port}"]}]
    assert all((PROMETHEUS / name).is_file() for name in loaded["rule_files"])


def test_panels_lie_side_by_side(dashboard: Mapping[str, Any]) -> None:
    taken = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) == 23
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def _provisioned(what: str) -> Mapping[str, Any]:
    (file,) = (GRAFANA / "provisioning" / what).iterdir()
    loaded: Mapping[str, Any] = yaml.safe_load(file.read_text())
    return loaded
