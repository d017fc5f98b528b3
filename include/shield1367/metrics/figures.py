"""The figures by name: what each is, and the label it is told apart by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Gauge, generate_latest

GAUGES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "landing_oldest_seconds": ("Age of the oldest delivery that is not staged, 0 without one.", "source"),
        "quarantined_rows": ("Rows refused at intake.", "source"),
        "registry_age_seconds": ("Time since everything staged was last judged.", None),
        "release_age_seconds": ("Time since the last release.", "recipient"),
        "approvals_waiting": ("Releases that wait for an answer.", "recipient"),
        "approvals_oldest_seconds": ("Age of the oldest question that waits for an answer.", "recipient"),
        "releases_held": ("Releases that did not pass a check.", "recipient"),
        "refusals_last_day": ("Releases, or attempts at one, refused in the last 24 hours.", "recipient"),
        "lookback_open": ("Look-back cases that are not closed.", None),
        "lookback_overdue": ("Deadlines of open look-back cases that have passed.", None),
        "lapsing_within_30_days": (
            "Agreements, authorities, reviews and keys that lapse soon or have.",
            None,
        ),
    }
)
"""Name, without the prefix → what it says, and its label."""

PREFIX = "shield1367_"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of one gauge.

    Attributes:
        name: a key of :data:`GAUGES`.
        value: seconds or a count.
        labels: at most one, the one that :data:`GAUGES` names.
    """

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _, label = GAUGES[self.name]
        if set(self.labels) != ({label} if label else set()):
            raise ValueError(f"{self.name} is told apart by {label or 'nothing'}")


def exposition(figures: Iterable[Figure]) -> str:
    """The figures in Prometheus' text format, to be scraped or put where a node exporter collects files."""
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for figure in figures:
        if figure.name not in gauges:
            meaning, label = GAUGES[figure.name]
            labels = (label,) if label else ()
            gauges[figure.name] = Gauge(PREFIX + figure.name, meaning, labels, registry=registry)
        gauge = gauges[figure.name]
        (gauge.labels(**figure.labels) if figure.labels else gauge).set(figure.value)
    return generate_latest(registry).decode()
