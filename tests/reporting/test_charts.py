from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from shield1367.reporting.charts import bar_chart

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
