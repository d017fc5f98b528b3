"""Figures on their way to StatsD, through Airflow's own client and a real socket."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[2]
SCRIPT = """
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
from shield1367.disclosure.plan import PartResult
from shield1367_airflow import metrics, stages
from shield1367_airflow.schedules import observe_schedule
print(observe_schedule())
result = PartResult(index=0, dataset="court.cases", rows_in=40, released=37, withheld=3, protected_rows=3,
                    spans={"PERSON": 12, "A_NUMBER": 2}, texts=9, texts_withheld=1)
metrics.count_redacted("a recipient", result)
print(stages.observe())
"""
MAPPING = PROJECT / "deploy" / "observability" / "statsd-mapping.yaml"


def sent(home: Path) -> tuple[list[str], list[str]]:
    """What the script prints, and the packets that came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.5)
        host, port = listener.getsockname()
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ
            | {
                "AIRFLOW__METRICS__STATSD_ON": "True",
                "AIRFLOW__METRICS__STATSD_HOST": host,
                "AIRFLOW__METRICS__STATSD_PORT": str(port),
                "SHIELD1367_HOME": str(home),
            },
            check=True,
            capture_output=True,
            text=True,
        )
        packets = []
        while True:
            try:
                packets.append(listener.recv(65536).decode())
            except TimeoutError:
                return done.stdout.split("\n"), packets


def test_what_arrives_is_what_is_documented_and_nothing_about_the_protected(finished: Path) -> None:
    printed, packets = sent(finished)
    assert "*/5 * * * *" in printed
    values = dict(packet.split(":", 1) for packet in packets)
    assert values["airflow.shield1367.redact_rows.a_recipient"] == "40|c"
    assert values["airflow.shield1367.redact_spans.a_recipient.PERSON"] == "12|c"
    assert values["airflow.shield1367.approvals_waiting.state-university-research"] == "0|g"
    assert not [name for name in values if "withheld" in name or "protected" in name]
    # Whatever is sent has a line in the exporter's mapping, or it would arrive without its labels.
    ours = [name for name in values if name.startswith("airflow.shield1367.")]
    mapping = [re.compile(one["match"]) for one in yaml.safe_load(MAPPING.read_text())["mappings"]]
    assert not [name for name in ours if not any(pattern.fullmatch(name) for pattern in mapping)]
