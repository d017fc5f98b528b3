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
# Letters that fit in front of a bar, in the larger type of a small screen, too.
_LONGEST = 20


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
            f'<text class="ink" x="{_LABEL - 10}" y="{middle:.0f}" text-anchor="end">{escape(_short(label))}</text>'
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


def share_chart(shares: Mapping[str, tuple[int, int]], *, title: str) -> Markup:
    """Horizontal bars of one length, each filled as far as its part goes; nothing at all for no shares.

    Args:
        shares: label → part and whole.
        title: read by screen readers in place of the picture.
    """
    if not shares:
        return Markup("")
    room = _WIDTH - _LABEL - 2 * _NUMBER
    rows = []
    for number, (label, (part, whole)) in enumerate(shares.items()):
        top, middle = number * _ROW, number * _ROW + _ROW / 2 + 4
        place = f'x="{_LABEL}" y="{top + (_ROW - _BAR) / 2:.0f}" height="{_BAR}" rx="2"'
        filled = room * part / whole if whole else 0
        rows.append(
            f'<text class="ink" x="{_LABEL - 10}" y="{middle:.0f}" text-anchor="end">{escape(_short(label))}</text>'
            f'<rect class="track" {place} width="{room}"/>'
            f'<rect class="bar" {place} width="{filled:.1f}"/>'
            f'<text class="ink" x="{_LABEL + room + 8}" y="{middle:.0f}">{part:,} of {whole:,}</text>'
        )
    told = ", ".join(f"{label} {part:,} of {whole:,}" for label, (part, whole) in shares.items())
    # Every label is escaped above; parts and wholes are numbers.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} {len(shares) * _ROW}" role="img" aria-label="{escape(f"{title}: {told}")}">'
        f"{''.join(rows)}</svg>"
    )


def interval_chart(*, share: float, lower: float, demanded: float, title: str) -> Markup:
    """A measured share with its lower bound, and the line that it must not fall below; all between 0 and 1."""
    least = max(min(lower, demanded) - 0.02, 0.0)
    left, room = 40, _WIDTH - 2 * 40

    def at(value: float) -> float:
        return left + room * (value - least) / (1.0 - least)

    marks = (
        (at(demanded), "demanded", demanded, "start" if at(demanded) < left + 100 else "middle", 74),
        (at(share), "measured", share, "end" if at(share) > _WIDTH - 100 else "middle", 14),
        (at(lower), "at least", lower, "start" if at(lower) < left + 100 else "end", 14),
    )
    texts = "".join(
        f'<text class="ink" x="{place:.1f}" y="{line}" text-anchor="{anchor}">{what} {_percent(value)}</text>'
        for place, what, value, anchor, line in marks
    )
    described = (
        f"{title}: measured {_percent(share)}, at least {_percent(lower)}, demanded {_percent(demanded)}"
    )
    # Numbers only, but for the title, which is escaped.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} 84" role="img" aria-label="{escape(described)}">'
        f'<rect class="track" x="{left}" y="38" width="{room}" height="4" rx="2"/>'
        f'<rect class="bar" x="{at(lower):.1f}" y="32" width="{max(at(share) - at(lower), _THINNEST):.1f}"'
        f' height="16" rx="2"/>'
        f'<rect class="ink" x="{at(demanded) - 1:.1f}" y="24" width="2" height="32"/>{texts}</svg>'
    )


def _short(label: str) -> str:
    """A label that fits its place; the whole of it is in what screen readers read."""
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def _percent(share: float) -> str:
    # Rounded down: 100 % is said of all only.
    return f"{int(share * 1000) / 10:.1f} %"
