"""Bar charts as inline SVG: no script, no style attribute, readable in both colour schemes and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from markupsafe import Markup

_WIDTH = 640
_LABEL = 190
_NUMBER = 80
_ROW = 26
_BAR = 14
# Narrower bars are invisible on paper.
_THINNEST = 2.0


def bar_chart(counts: Mapping[str, int], *, title: str) -> Markup:
    """Horizontal bars, one for each label in the order given; nothing at all for no counts.

    Args:
        counts: label → count, not negative.
        title: read by screen readers in place of the picture.

    Returns:
        An ``<svg>`` element coloured by the classes ``bar`` and ``ink`` of the page.
    """
    if not counts:
        return Markup("")
    largest = max(max(counts.values()), 1)
    room = _WIDTH - _LABEL - _NUMBER
    rows = []
    for number, (label, count) in enumerate(counts.items()):
        top = number * _ROW
        width = max(room * count / largest, _THINNEST) if count else 0
        middle = top + _ROW / 2 + 4
        rows.append(
            f'<text class="ink" x="{_LABEL - 10}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="bar" x="{_LABEL}" y="{top + (_ROW - _BAR) / 2:.0f}" width="{width:.1f}"'
            f' height="{_BAR}" rx="2"/>'
            f'<text class="ink" x="{_LABEL + width + 8:.1f}" y="{middle:.0f}">{count:,}</text>'
        )
    described = escape(f"{title}: " + ", ".join(f"{label} {count:,}" for label, count in counts.items()))
    # Every label is escaped above; counts are numbers.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} {len(counts) * _ROW}" role="img" aria-label="{described}">'
        f"{''.join(rows)}</svg>"
    )
