"""Pseudonyms of two releases match no better than chance, and those of one series wholly."""

from __future__ import annotations

from benchmarks.relinking import measured


def test_no_way_of_matching_beats_chance_but_where_a_series_allows_it() -> None:
    measures = measured(400)
    assert [measure.name for measure in measures if not measure.holds] == []
    assert {m.name.split(".")[1] for m in measures} >= {
        "two_recipients",
        "two_releases",
        "plain_hashes",
        "one_series",
    }
