"""What is counted without sorting is what sorting counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.redaction.classes import grouping
from shield1367.redaction.classes.grouping import Grouper
from shield1367.redaction.classes.observed import Observed

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=80)


@pytest.mark.parametrize("marked", [0, 16, 10_000])
@given(pairs=PAIRS)
def test_different_values_of_each_class(marked: int, pairs: list[tuple[int, int]]) -> None:
    classes, what = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "_MARKED", marked)
        found = grouping._different(classes, what, 10)
    assert found.tolist() == [len({value for of, value in pairs if of == one}) for one in range(10)]


@pytest.mark.parametrize("marked", [0, 16, 10_000])
@given(codes=st.lists(st.integers(0, 99), max_size=60))
def test_codes_are_numbered_in_their_order_with_the_first_place_of_each(
    marked: int, codes: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "_MARKED", marked)
        places, first = grouping._numbered(np.array(codes, dtype=np.int64), 100)
    ranked = sorted(set(codes))
    assert places.tolist() == [ranked.index(code) for code in codes]
    assert first.tolist() == [codes.index(code) for code in ranked]


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 6)), min_size=1, max_size=60
    ),
    k=st.integers(1, 8),
)
def test_classes_of_too_few_are_those_that_counting_everybody_finds(
    rows: list[tuple[str, str, int]], k: int
) -> None:
    """People in many rows, in many classes, and in one class many times."""
    table = Observed("cases", {"land": "country", "sex": "sex"}, ())
    for land, sex, person in rows:
        table.add(((land, None), (sex, None)), f"p{person}", [])
    grouper = Grouper(table)
    for levels in ([(0, 0)], [(1, 0)], [(0, 0), (1, 0)], [(0, 1), (1, 0)], [(0, 1), (1, 1)]):
        of_key, first = grouper._classes(levels)
        exact = grouper._people(of_key, len(first)) < k
        assert grouper._has_fewer(of_key, len(first), k).tolist() == exact.tolist()
