from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from shield1367.reporting.charts import bar_chart, interval_chart, share_chart

# XML 1.0 has no way to write control characters.
labels = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)


@given(st.dictionaries(labels, st.integers(0, 10**9), min_size=1, max_size=8))
def test_a_chart_is_sound_xml_with_bars_in_proportion(counts: dict[str, int]) -> None:
    picture = ElementTree.fromstring(bar_chart(counts, title="t"))
    bars = [float(bar.attrib["width"]) for bar in picture.iter("rect")]
    assert len(bars) == len(counts)
    for (_, count), width in zip(counts.items(), bars, strict=True):
        assert (count == 0) == (width == 0)
        assert width <= 370
    assert sorted(bars) == [width for _, width in sorted(zip(counts.values(), bars, strict=True))]


def test_labels_are_escaped_and_styles_are_left_to_the_page() -> None:
    picture = bar_chart({'<script>"': 1200}, title="t")
    assert "<script>" not in picture
    assert "1,200" in picture
    assert not re.search(r"style=|fill=", picture)


def test_no_counts_no_picture() -> None:
    assert bar_chart({}, title="t") == ""


@given(
    st.dictionaries(
        labels,
        st.integers(0, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
        min_size=1,
        max_size=8,
    )
)
def test_a_share_fills_its_bar_as_far_as_it_goes(shares: dict[str, tuple[int, int]]) -> None:
    picture = ElementTree.fromstring(share_chart(shares, title="t"))
    tracks = [float(r.attrib["width"]) for r in picture.iter("rect") if r.attrib["class"] == "track"]
    bars = [float(r.attrib["width"]) for r in picture.iter("rect") if r.attrib["class"] == "bar"]
    assert len(bars) == len(tracks) == len(shares)
    for (part, whole), bar, track in zip(shares.values(), bars, tracks, strict=True):
        assert abs(bar - (track * part / whole if whole else 0)) <= 0.06
        assert f"{part:,} of {whole:,}" in picture.attrib["aria-label"]


def test_no_shares_no_picture() -> None:
    assert share_chart({}, title="t") == ""


def test_a_long_label_is_cut_in_the_picture_and_told_whole_to_screen_readers() -> None:
    name = "x" * 60
    picture = ElementTree.fromstring(share_chart({name: (1, 2)}, title="t"))
    assert next(iter(picture.iter("text"))).text == f"{'x' * 19}…"
    assert f"{name} 1 of 2" in picture.attrib["aria-label"]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_interval_lies_in_its_picture_and_is_never_rounded_up(a: float, b: float, demanded: float) -> None:
    lower, share = sorted((a, b))
    picture = ElementTree.fromstring(interval_chart(share=share, lower=lower, demanded=demanded, title="t"))
    for mark in picture.iter("rect"):
        assert float(mark.attrib["x"]) >= 38.9
        assert float(mark.attrib["x"]) + float(mark.attrib["width"]) <= 602.1
    assert ("measured 100.0 %" in picture.attrib["aria-label"]) == (share == 1)
