"""The played cluster against what can be said of it without playing."""

from __future__ import annotations

import pytest

from benchmarks.cluster import _BATCHES, _FIXED, _SECONDS_A_TASK, Cluster, fitted, played
from benchmarks.scale_stages import Cost


def measured(people: int) -> list[Cost]:
    """A stage that grows with the people, one with their square, and redaction that opens before it works."""
    opening = 3.0 + people / 1_000
    return [
        Cost("generate", 1.0, 1.0, 1.0, rows=people),
        Cost("intake.court", _FIXED + people / 100, 1.0, 1.0),
        Cost("protect", _FIXED + people**2 / 1e6, 1.0, 1.0),
        Cost("redact", _FIXED + opening + people / 10, 1.0, 1.0, opening=opening),
    ]


def test_a_stage_grows_as_it_was_seen_to() -> None:
    people = 1_000_000
    law = fitted({people: measured(people) for people in (1_000, 10_000)})
    assert law["intake.court"].at(people) == pytest.approx(_FIXED + people / 100)
    assert law["protect"].at(people) == pytest.approx(_FIXED + people**2 / 1e6)
    assert law["redact"].at(people) == pytest.approx(_FIXED + people / 10)
    assert law["redact"].opening_at(people) == pytest.approx(3 + people / 1_000)


def test_more_workers_shorten_what_can_be_shared_and_nothing_else() -> None:
    law = fitted({people: measured(people) for people in (1_000, 10_000)})
    people = 1_000_000
    one, many = (played(Cluster(people=people, workers=workers), law) for workers in (1, 64))
    assert one["protect"] == pytest.approx(many["protect"])
    assert many["protect"] == pytest.approx((_SECONDS_A_TASK + _FIXED + people**2 / 1e6) / 3600)
    # Each of four tasks a worker opens for itself.
    opening = 3 + people / 1_000
    shared = (_FIXED + people / 10) / (64 * 4)
    assert many["redact"] == pytest.approx(4 * (_SECONDS_A_TASK + opening + shared) / 3600)
    assert many["intake"] == pytest.approx((_SECONDS_A_TASK + (_FIXED + people / 100) / _BATCHES) / 3600)
    assert one["intake"] > 10 * many["intake"]
