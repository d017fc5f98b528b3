from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.spans import Span, merge

TEXT = "Ana María de la Cruz-Pérez, A087654321, told us. " * 2
SPANS = st.lists(
    st.tuples(
        st.integers(0, len(TEXT) - 1),
        st.integers(1, 20),
        st.sampled_from(["PERSON", "DATE", "ID"]),
        st.floats(0, 1),
    ).map(lambda t: Span(t[0], min(len(TEXT), t[0] + t[1]), t[2], "test.rule", t[3])),
    max_size=12,
)


@given(SPANS)
def test_merging_covers_all_and_overlaps_nothing(spans: list[Span]) -> None:
    merged = merge(spans, TEXT)
    for span in spans:
        assert any(m.start <= span.start and span.end <= m.end for m in merged)
    for left, right in pairwise(merged):
        assert left.end <= right.start


@given(SPANS)
def test_no_span_ends_inside_a_word(spans: list[Span]) -> None:
    merged = merge(spans, TEXT)
    covered = {i for span in merged for i in range(span.start, span.end)}
    for span in merged:
        for inside, outside in ((span.start, span.start - 1), (span.end - 1, span.end)):
            if 0 <= outside < len(TEXT) and TEXT[inside].isalnum() and TEXT[outside].isalnum():
                assert outside in covered


@given(SPANS)
def test_merging_twice_changes_nothing(spans: list[Span]) -> None:
    once = merge(spans, TEXT)
    assert merge(once, TEXT) == once


def test_the_better_finding_names_the_union() -> None:
    merged = merge([Span(0, 5, "ID", "a.b", 0.5), Span(3, 9, "PERSON", "c.d", 0.9, "p1")], "Ana Maria x")
    assert merged == [Span(0, 9, "PERSON", "c.d", 0.9, "p1")]
