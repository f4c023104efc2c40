"""What Prometheus reads of an instance."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from domain.health import Condition
from rufwerk.doctor import Doctor

_LEVEL = {Condition.WELL: 0, Condition.WARNING: 1, Condition.BROKEN: 2}


class Instance(Collector):
    """The doctor's findings as figures."""

    def __init__(self, doctor: Doctor) -> None:
        self._doctor = doctor

    @override
    def collect(self) -> Iterable[Metric]:
        health = self._doctor.examine()
        parts = GaugeMetricFamily(
            "rufwerk_part_condition", "0 well, 1 warning, 2 broken", labels=["part"]
        )
        for finding in health.findings:
            parts.add_metric([finding.part], _LEVEL[finding.condition])
        yield parts
        if health.calls is not None:
            yield GaugeMetricFamily("rufwerk_calls", "Calls at this moment", value=health.calls)
        if health.reports_overdue is not None:
            yield GaugeMetricFamily(
                "rufwerk_reports_overdue",
                "Reports that should be out and aren't",
                value=health.reports_overdue,
            )
        if health.calls_refused is not None:
            yield GaugeMetricFamily(
                "rufwerk_calls_refused",
                "Calls of the last ten minutes for which the portal had no place",
                value=health.calls_refused,
            )
