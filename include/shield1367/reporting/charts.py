"""Charts as inline SVG: no script, no style attribute, nothing loaded, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 560
_ROW = 26
_BAR = 14
_LABELS = 190
_FIGURES = 70
# A bar for something must be seen, however small its share.
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what is counted, and how many."""

    label: str
    count: int


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars on one scale, in the order given; safe markup.

    Args:
        title: read out to those who do not see the chart, with all figures.
        bars: none of them negative.

    Raises:
        ValueError: there is no bar, or a count is negative.
    """
    from markupsafe import escape

    if not bars or any(bar.count < 0 for bar in bars):
        raise ValueError("a chart needs bars, and bars count from 0")
    most = max(bar.count for bar in bars)
    spoken = "; ".join(f"{bar.label}: {bar.count:,}" for bar in bars)
    height = _ROW * len(bars)
    lines = [
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {height}"'
        f' aria-label="{escape(title)}. {escape(spoken)}">',
    ]
    for number, bar in enumerate(bars):
        top = number * _ROW
        baseline = top + _ROW // 2 + 5
        length = _length(bar.count, most)
        lines += [
            f'<text x="{_LABELS - 10}" y="{baseline}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="track" x="{_LABELS}" y="{top + (_ROW - _BAR) // 2}"'
            f' width="{WIDTH - _LABELS - _FIGURES}" height="{_BAR}" rx="3"/>',
            f'<rect class="bar" x="{_LABELS}" y="{top + (_ROW - _BAR) // 2}" width="{length}"'
            f' height="{_BAR}" rx="3"/>',
            f'<text class="figure" x="{WIDTH - _FIGURES + 10}" y="{baseline}">{bar.count:,}</text>',
        ]
    return "\n".join([*lines, "</svg>"])


def _length(count: int, most: int) -> int:
    if not count:
        return 0
    return max(round((WIDTH - _LABELS - _FIGURES) * count / most), _SHORTEST)
