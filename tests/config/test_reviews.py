"""Every table by which people are judged has an owner, a source, and a day on which it becomes nobody's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.loading import DEFAULT_CONFIG, read_yaml
from shield1367.config.project import load_project
from shield1367.config.reviews import Review, StaleTableError, require_fresh
from tests.config.folders import copy_config, problems_of, written

REVIEWS = load_project().reviews()
FILES = ("benefits.yaml", "indicators.yaml", "safeguards.yaml", "linkage.yaml")
REVIEW = Review("flags.yaml", "flags", "compliance", "the source", date(2026, 3, 1), 10)


def test_every_file_and_every_code_table_is_reviewed_by_somebody() -> None:
    assert {review.file for review in REVIEWS} == set(FILES)
    tables = {review.table for review in REVIEWS if review.file == "benefits.yaml"}
    assert tables == set(read_yaml(DEFAULT_CONFIG / "benefits.yaml")["tables"])
    for review in REVIEWS:
        assert review.owner
        assert review.source
        assert review.due - review.reviewed == timedelta(days=review.max_age_days)


@pytest.mark.parametrize("review", REVIEWS, ids=lambda review: review.name)
def test_one_table_past_its_day_is_enough_to_judge_nobody(review: Review) -> None:
    others = [other for other in REVIEWS if other is not review]
    require_fresh([*others, review], review.reviewed)
    old = replace(review, max_age_days=1)
    with pytest.raises(StaleTableError) as refused:
        require_fresh([*others, old], review.reviewed + timedelta(days=2))
    assert review.name in str(refused.value)
    assert "Mend:" in str(refused.value)
    assert all(f"{other.name} (" not in str(refused.value) for other in others)


@given(st.integers(-1000, 1000))
def test_the_last_day_is_the_last(days: int) -> None:
    today = REVIEW.reviewed + timedelta(days=days)
    if days <= REVIEW.max_age_days:
        require_fresh([REVIEW], today)
        return
    with pytest.raises(StaleTableError, match=r"flags\.yaml flags \(since 2026-03-01\)"):
        require_fresh([REVIEW], today)


@pytest.mark.parametrize("file", FILES[1:])
@pytest.mark.parametrize("key", ["owner", "source", "reviewed"])
def test_a_file_that_nobody_vouches_for_does_not_hold(tmp_path: Path, file: str, key: str) -> None:
    folder = copy_config(tmp_path)
    content = read_yaml(folder / file)
    for value in ({}, {key: ""}):
        written(folder / file, {name: v for name, v in content.items() if name != key} | value)
        assert set(problems_of(lambda: load_project(folder))) == {key}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("days", [0, -1, "soon"])
def test_a_maximum_age_that_is_none_is_refused(tmp_path: Path, file: str, days: object) -> None:
    folder = copy_config(tmp_path)
    written(folder / file, {**read_yaml(folder / file), "max_age_days": days})
    assert set(problems_of(lambda: load_project(folder))) == {"max_age_days"}
