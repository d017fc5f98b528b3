"""What is masked in a text, and the one rule by which overlapping findings become one span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

# A PERSON may swallow these between two of its findings: "Ana-Maria", "M. García".
_JOINERS = frozenset({" ", "-", ". ", ".", "  ", " - ", "'"})
_LONGEST_JOINER = max(map(len, _JOINERS))


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


# A finding while it is merged: start, end, entity, rule, score, whom it names. Millions of them come and go.
Found = tuple[int, int, str, str, float, str | None]
_BY_PLACE = itemgetter(0, 1)


def merge(spans: Iterable[Span], text: str) -> list[Span]:
    """Disjoint spans, in order, that cover every character any finding covers.

    Overlapping findings become their union; what it is called follows the best of them (score, then
    length). A finding that ends inside a word grows to the whole word, so that no tail stays readable.
    """
    found = [
        (span.start, span.end, span.entity, span.rule, span.score, span.person_id)
        for span in spans
        if span.start < span.end
    ]
    return merge_found(found, text)


def merge_found(found: Iterable[Found], text: str) -> list[Span]:
    """:func:`merge` for findings that are not spans yet; none of them is empty."""
    findings = sorted(_whole_words(found, text), key=_BY_PLACE)
    merged = _merge_once(findings, text)
    # A union may change its type, and so come to touch the one before it.
    while len(merged) < len(findings):
        findings, merged = merged, _merge_once(merged, text)
    return [Span(*one) for one in merged]


def _merge_once(findings: list[Found], text: str) -> list[Found]:
    if len(findings) < 2:
        return findings
    merged: list[Found] = []
    start, end, entity, rule, score, person = findings[0]
    best = (score, end - start)
    for found in findings[1:]:
        begin, finish, kind, _, points, whom = found
        touches = (
            begin < end
            or (begin == end and kind == entity)
            or (kind == entity == "PERSON" and begin - end <= _LONGEST_JOINER and text[end:begin] in _JOINERS)
        )
        if not touches:
            merged.append((start, end, entity, rule, score, person))
            start, end, entity, rule, score, person = found
            best = (score, end - start)
            continue
        rank = (points, finish - begin)
        if rank > best:
            best = rank
            _, _, entity, rule, score, _ = found
        end = max(end, finish)
        person = person or whom
    merged.append((start, end, entity, rule, score, person))
    return merged


def _whole_words(found: Iterable[Found], text: str) -> Iterator[Found]:
    """Each finding, grown to the words its ends are in. Many may lie in one long word: it is walked once."""
    length = len(text)
    word_start, word_end = 0, -1
    for one in found:
        start, end = one[0], one[1]
        cut_before = start and text[start - 1].isalnum() and text[start].isalnum()
        cut_after = end < length and text[end].isalnum() and text[end - 1].isalnum()
        if not (cut_before or cut_after):
            yield one
            continue
        if cut_before:
            if not word_start <= start < word_end:
                word_start, word_end = _word_around(text, start)
            start = word_start
        if cut_after:
            if not word_start < end < word_end:
                word_start, word_end = _word_around(text, end)
            end = word_end
        yield (start, end, *one[2:])


def _word_around(text: str, position: int) -> tuple[int, int]:
    """The run of letters and digits that *position* is in."""
    start = end = position
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end
