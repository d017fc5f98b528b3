"""What a text shows only once its names are gone, in the offsets of the original.

"officer Maria Hernandez told june banks" has capitals that tell; "officer [PERSON] told june banks" has none, and
other rules read it. Which rules may read otherwise beside a token is no question of case alone, so every text in
which something was found is read again with its tokens until nothing more is, and scrubbing what came out changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shield1367.redaction.text.spans import Found, Span
from shield1367.redaction.text.tokens import TOKENS


def carried(later: Sequence[Span], earlier: Sequence[Span]) -> Iterator[Found]:
    """Findings of both looks, in the offsets of the original.

    Args:
        later: spans in the text that has tokens in place of *earlier*; what cuts a token takes all it stands for.
        earlier: spans of the original.
    """
    for number, span in enumerate(earlier):
        yield (span.start, span.end, number, span.entity, span.rule, span.score, span.person_id)
    for number, span in enumerate(later, start=len(earlier)):
        start, end = _original(span.start, earlier, at_end=False), _original(span.end, earlier, at_end=True)
        yield (start, end, number, span.entity, span.rule, span.score, span.person_id)


def _original(position: int, earlier: Sequence[Span], *, at_end: bool) -> int:
    shift = 0
    for span in earlier:
        begin = span.start - shift
        if position < begin or (at_end and position == begin):
            break
        length = len(TOKENS[span.entity])
        if position < begin + length:
            return span.end if at_end else span.start
        shift += span.end - span.start - length
    return position + shift
