"""What is masked in a text, and the one rule by which overlapping findings become one span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

# A PERSON may swallow these between two of its findings: "Ana-Maria", "M. García".
_JOINERS = frozenset({" ", "-", ". ", ".", "  ", " - ", "'"})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text to mask.

    Attributes:
        start: first character.
        end: one past the last.
        entity: what it is, a key of :data:`shield1367.redaction.text.tokens.TOKENS`.
        rule: which rule found it, ``family.rule``.
        score: 0 to 1.
        person_id: whom it names, when exactly one known person is meant.
    """

    start: int
    end: int
    entity: str
    rule: str
    score: float
    person_id: str | None = None


def merge(spans: Iterable[Span], text: str) -> list[Span]:
    """Disjoint spans, in order, that cover every character any finding covers.

    Overlapping findings become their union; what it is called follows the best of them (score, then
    length). A finding that ends inside a word grows to the whole word, so that no tail stays readable.
    """
    found = sorted(spans, key=lambda span: (span.start, span.end))
    merged = _merge_once(found, text)
    # A union may change its type, or grow, and so come to touch the one before it.
    while len(merged) < len(found):
        found, merged = merged, _merge_once(merged, text)
    return merged


def _merge_once(spans: list[Span], text: str) -> list[Span]:
    merged: list[Span] = []
    best = (0.0, 0)
    for span in spans:
        if span.start >= span.end:
            continue
        last = merged[-1] if merged else None
        if last is None or not _touches(last, span, text):
            merged.append(_whole_words(span, text, floor=last.end if last else 0))
            best = (span.score, span.end - span.start)
            continue
        rank = (span.score, span.end - span.start)
        leader = span if rank > best else last
        best = max(best, rank)
        same = last.person_id if last.person_id == span.person_id else last.person_id or span.person_id
        union = replace(leader, start=last.start, end=max(last.end, span.end), person_id=same)
        merged[-1] = _whole_words(union, text, floor=last.start)
    return merged


def _touches(last: Span, span: Span, text: str) -> bool:
    if span.start < last.end or (span.start == last.end and span.entity == last.entity):
        return True
    return last.entity == span.entity == "PERSON" and text[last.end : span.start] in _JOINERS


def _whole_words(span: Span, text: str, *, floor: int) -> Span:
    start, end = span.start, span.end
    while start > floor and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)
