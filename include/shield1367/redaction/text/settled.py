"""Texts that read otherwise once their names are gone: what a second look at them needs.

"officer Maria Hernandez told june banks" has capitals that tell; "officer [PERSON] told june banks" has none, and
other rules read it. So it is where a finding was glued to what stands beside it. Such a text is read again with its
tokens until nothing more is found, so that scrubbing what came out changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from shield1367.redaction.text.batch import SHADE, Batch, case_of
from shield1367.redaction.text.spans import Found, Span
from shield1367.redaction.text.tokens import TOKENS

# What a finding usually stands between; anything else beside it may mean something with a token there.
_BEFORE: Final = frozenset(" \n\t\r(\"'#:,")
_AFTER: Final = frozenset(" \n\t\r)\"'.,;:!?")


def unsettled(batch: Batch, texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[int]:
    """The texts of a batch, by index, whose case reads otherwise without what was found, or that were glued to it."""
    open_only = np.frombuffer(batch.ascii, np.uint8).copy()
    open_only[np.frombuffer(batch.covered, np.uint8)[: len(open_only)] != 0] = ord(SHADE)
    rest = open_only.tobytes()
    return [
        index
        for index, (begin, spans) in enumerate(zip(batch.text_starts, found, strict=True))
        if spans
        and (
            case_of(rest[begin : begin + len(batch.folded[index].text)]) is not batch.cases[index]
            or _is_glued(texts[index], spans)
        )
    ]


def _is_glued(text: str, spans: Sequence[Span]) -> bool:
    # The neighbouring characters, blanks past the ends.
    around = (
        (text[s.start - 1] if s.start else " ", text[s.end] if s.end < len(text) else " ") for s in spans
    )
    return any(before not in _BEFORE or after not in _AFTER for before, after in around)


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
