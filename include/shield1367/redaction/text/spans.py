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
    found = sorted(
        (_whole_words(span, text) for span in spans if span.start < span.end),
        key=lambda span: (span.start, span.end),
    )
    merged = _merge_once(found, text)
    # A union may change its type, and so come to touch the one before it.
    while len(merged) < len(found):
        found, merged = merged, _merge_once(merged, text)
    return merged


def _merge_once(spans: list[Span], text: str) -> list[Span]:
    merged: list[Span] = []
    best = (0.0, 0)
    for span in spans:
        last = merged[-1] if merged else None
        rank = (span.score, span.end - span.start)
        if last is None or not _touches(last, span, text):
            merged.append(span)
            best = rank
            continue
        leader = span if rank > best else last
        best = max(best, rank)
        person = last.person_id or span.person_id
        merged[-1] = Span(
            last.start, max(last.end, span.end), leader.entity, leader.rule, leader.score, person
        )
    return merged


def _touches(last: Span, span: Span, text: str) -> bool:
    if span.start < last.end or (span.start == last.end and span.entity == last.entity):
        return True
    return last.entity == span.entity == "PERSON" and text[last.end : span.start] in _JOINERS


def _whole_words(span: Span, text: str) -> Span:
    start, end = span.start, span.end
    if start and text[start - 1].isalnum() and text[start].isalnum():
        start = _edge(text, start, step=-1)
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end = _edge(text, end, step=1)
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _edge(text: str, position: int, *, step: int) -> int:
    """Walk to the end of the word that *position* is in."""
    at = position if step > 0 else position - 1
    while 0 <= at < len(text) and text[at].isalnum():
        at += step
    return at if step > 0 else at + 1
