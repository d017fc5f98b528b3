"""Figures to StatsD or OpenTelemetry through Airflow's own client, with its settings and its allow-list.

Seconds a stage takes are Airflow's: ``task.duration``, tagged with DAG and task. Where ``[metrics] statsd_on`` and
``otel_on`` are off, nothing is sent, and nothing is gathered for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shield1367.disclosure.plan import PartResult
    from shield1367.intake.receipt import BatchReceipt
    from shield1367.pipeline import Site

_PREFIX = "shield1367"
_OTHER = re.compile(r"[^A-Za-z0-9_-]")


def are_on() -> bool:
    """Whether Airflow sends metrics anywhere."""
    from airflow.sdk.configuration import conf

    return any(conf.getboolean("metrics", option) for option in ("statsd_on", "otel_on"))


def count_staged(receipt: BatchReceipt) -> None:
    """Rows of one batch, as it was staged for the first time."""
    labels = {"source": receipt.source}
    _count("intake_rows", receipt.rows, labels)
    _count("intake_quarantined", receipt.quarantined, labels)


def count_redacted(recipient: str, result: PartResult) -> None:
    """Rows, narratives and spans of one partition. Not how many were withheld: that tells of the protected."""
    labels = {"recipient": recipient}
    _count("redact_rows", result.rows_in, labels)
    _count("redact_narratives", result.texts, labels)
    for kind, spans in sorted(result.spans.items()):
        _count("redact_spans", spans, labels | {"type": kind})


def gauge_standing(site: Site) -> int:
    """Send how the site stands; returns how many figures."""
    from airflow.sdk.observability import stats

    from shield1367.config.lookback import load_lookback
    from shield1367.metrics.standing import standing

    figures = standing(site.home, site.keys, site.project, load_lookback())
    for figure in figures:
        stats.gauge(_name(figure.name, figure.labels), figure.value)
    return len(figures)


def _count(name: str, count: int, labels: Mapping[str, str]) -> None:
    from airflow.sdk.observability import stats

    if count:
        stats.incr(_name(name, labels), count)


def _name(name: str, labels: Mapping[str, str]) -> str:
    """``shield1367.<name>.<label>…``: plain StatsD has no tags, and the exporter takes the labels out of the name."""
    return ".".join([_PREFIX, name, *(_OTHER.sub("_", value) for value in labels.values())])
