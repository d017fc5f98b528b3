"""Alerts and what stands behind them: a figure that is really sent, and a section of the runbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shield1367.metrics.figures import GAUGES, PREFIX

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "deploy" / "observability"
MAPPING = yaml.safe_load((FOLDER / "statsd-mapping.yaml").read_text())["mappings"]
COUNTERS = {"redact_rows", "redact_narratives", "redact_spans", "intake_rows", "intake_quarantined"}
METRIC = re.compile(r"\b(?:shield1367|airflow)_\w+")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in json.loads((FOLDER / "dashboard.json").read_text())["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def exported() -> set[str]:
    """What the exporter shows: gauges as they are, counters and histograms with Prometheus' endings."""
    names = {PREFIX + name for name in GAUGES} | {f"{PREFIX}{name}_total" for name in COUNTERS}
    timers = ("airflow_task_duration_seconds", "airflow_task_queued_seconds")
    names |= {f"{name}_{end}" for name in timers for end in ("sum", "count", "bucket")}
    airflow = next(one["match"] for one in MAPPING if one["name"] == "airflow_$1")
    alternatives = re.search(r"\(([^)]*)\)", airflow)
    assert alternatives
    return names | {f"airflow_{name}_total" for name in alternatives[1].split("|")}


@pytest.mark.parametrize(("where", "expression"), list(_expressions()))
def test_it_asks_for_what_is_sent(where: str, expression: str) -> None:
    asked = set(METRIC.findall(expression))
    assert asked, where
    assert asked <= exported()


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    sections = set(re.findall(r"^## (\w+)$", (PROJECT / "docs" / "runbook.md").read_text(), re.MULTILINE))
    assert sections == {rule["alert"] for rule in rules()}


def test_every_gauge_is_mapped_under_its_own_name_and_label() -> None:
    for name, (_, label) in GAUGES.items():
        sent = f"airflow.shield1367.{name}" + (".a-name" if label else "")
        match = next(one for one in MAPPING if re.fullmatch(one["match"], sent))
        assert set(match.get("labels", {})) == ({label} if label else set()), name
