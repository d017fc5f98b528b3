"""Texts that read otherwise once their names are gone: what a second look at them needs.

"officer Maria Hernandez told june banks" has capitals that tell; "officer [PERSON] told june banks" has none, and
other rules read it. So it is where a finding was glued to what stands beside it. Such a text is read again with its
tokens until nothing more is found, so that scrubbing what came out changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from shield1367.redaction.text.batch import Batch
from shield1367.redaction.text.spans import Found, Span
from shield1367.redaction.text.tokens import TOKENS
from shield1367.redaction.text.words import SEPARATOR

# What a finding usually stands between; anything else beside it may mean something with a token there.
_BEFORE: Final = frozenset(" \n\t\r(\"'#:,")
_AFTER: Final = frozenset(" \n\t\r)\"'.,;:!?")
# The same by the byte of a character, and with what parts two texts.
_APART_BEFORE: Final = np.isin(np.arange(256), [ord(c) for c in (*_BEFORE, SEPARATOR)])
_APART_AFTER: Final = np.isin(np.arange(256), [ord(c) for c in (*_AFTER, SEPARATOR)])


def unsettled(batch: Batch, texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[int]:
    """The texts of a batch, by index, whose case reads otherwise without what was found, or that were glued to it."""
    glued = _glued(batch, texts, found)
    return [
        index
        for index, (case, left) in enumerate(zip(batch.cases, batch.cases_left(), strict=True))
        if found[index] and (left is not case or index in glued)
    ]


def _glued(batch: Batch, texts: Sequence[str], found: Sequence[Sequence[Span]]) -> set[int]:
    """The texts that have something else than blanks, quotes and the like beside a finding."""
    in_step = [not folded.atoms for folded in batch.folded]
    glued = {i for i, step in enumerate(in_step) if not step and _is_glued(texts[i], found[i])}
    inside = [i for i, step in enumerate(in_step) if step]
    counts = np.array([len(found[i]) for i in inside], np.intp)
    if not counts.sum():
        return glued
    owners = np.repeat(np.array(inside, np.intp), counts)
    offsets = np.array(batch.text_starts, np.intp)[owners]
    starts = np.fromiter((span.start for i in inside for span in found[i]), np.intp, len(owners)) + offsets
    ends = np.fromiter((span.end for i in inside for span in found[i]), np.intp, len(owners)) + offsets
    # Where all begins and ends is as good as a blank.
    surface = np.pad(batch.surface, 1, constant_values=ord(" "))
    apart = _APART_BEFORE[surface[starts]] & _APART_AFTER[surface[ends + 1]]
    return glued.union(owners[~apart].tolist())


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
