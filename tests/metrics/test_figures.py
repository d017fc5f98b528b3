"""The figures in Prometheus' format, as its own parser reads them."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shield1367.metrics.figures import GAUGES, Figure, exposition


def test_a_figure_is_read_back_with_its_label_and_meaning() -> None:
    text = exposition(
        [
            Figure("registry_age_seconds", 90.5),
            Figure("quarantined_rows", 3, {"source": "courts"}),
            Figure("quarantined_rows", 0, {"source": 'a "quoted" \\ name'}),
        ]
    )
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert set(families) == {"shield1367_registry_age_seconds", "shield1367_quarantined_rows"}
    assert [s.value for s in families["shield1367_registry_age_seconds"].samples] == [90.5]
    quarantined = families["shield1367_quarantined_rows"]
    assert quarantined.documentation == GAUGES["quarantined_rows"][0]
    assert {s.labels["source"]: s.value for s in quarantined.samples} == {
        "courts": 3,
        'a "quoted" \\ name': 0,
    }


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("registry_age_seconds", {"person": "x"}),
        ("quarantined_rows", {}),
        ("quarantined_rows", {"recipient": "x"}),
        ("quarantined_rows", {"source": "x", "person": "y"}),
    ],
)
def test_no_figure_has_a_label_of_its_own(name: str, labels: dict[str, str]) -> None:
    """Labels are names of the configuration; one that came with data could say anything."""
    with pytest.raises(ValueError, match="told apart by"):
        Figure(name, 1, labels)


def test_no_figure_says_how_many_are_protected() -> None:
    assert not [name for name in GAUGES if "protect" in name or "withheld" in name or "people" in name]
