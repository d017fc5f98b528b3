"""What is masked in a text, and the one rule by which overlapping findings become one span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

# A PERSON may swallow these between two of its findings: "Ana-Maria", "M. García".
_JOINERS = frozenset({" ", "-", ". ", ".", "  ", " - ", "'"})
_LONGEST_JOINER = max(map(len, _JOINERS))


class Span(NamedTuple):
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


# A finding while it is merged: start, end, number, entity, rule, score, whom it names. The number sets those
# at one place in the order in which they were found. Millions of them come and go.
Found = tuple[int, int, int, str, str, float, str | None]


def merge(spans: Iterable[Span], text: str) -> list[Span]:
    """Disjoint spans, in order, that cover every character any finding covers.

    Overlapping findings become their union; what it is called follows the best of them (score, then
    length). A finding that ends inside a word grows to the whole word, so that no tail stays readable.
    """
    found = [
        (span.start, span.end, number, span.entity, span.rule, span.score, span.person_id)
        for number, span in enumerate(spans)
        if span.start < span.end
    ]
    return merge_found(found, text)


def merge_found(found: Iterable[Found], text: str) -> list[Span]:
    """:func:`merge` for findings that are not spans yet; none of them is empty."""
    return merge_whole(list(_whole_words(found, text)), text)


def merge_whole(found: list[Found], text: str) -> list[Span]:
    """:func:`merge_found` for findings none of which ends inside a word."""
    findings = sorted(found)
    retyped = True
    # A union may change its type, and so come to touch the one before it.
    while retyped and len(findings) > 1:
        findings, retyped = _merge_once(findings, text)
    return [
        Span(start, end, entity, rule, score, person)
        for start, end, _, entity, rule, score, person in findings
    ]


def _merge_once(findings: list[Found], text: str) -> tuple[list[Found], bool]:
    """The findings with those that touch made one, and whether any has another type than its first."""
    merged: list[Found] = []
    retyped = False
    start, end, number, entity, rule, score, person = findings[0]
    best, longest = score, end - start
    for found in findings[1:]:
        begin, finish, _, kind, how, points, whom = found
        if begin >= end and (
            kind != entity
            or (
                begin > end
                and (kind != "PERSON" or begin - end > _LONGEST_JOINER or text[end:begin] not in _JOINERS)
            )
        ):
            merged.append((start, end, number, entity, rule, score, person))
            start, end, number, entity, rule, score, person = found
            best, longest = score, end - start
            continue
        if points > best or (points == best and finish - begin > longest):
            best, longest = points, finish - begin
            retyped |= kind != entity
            entity, rule, score = kind, how, points
        if finish > end:
            end = finish
        person = person or whom
    merged.append((start, end, number, entity, rule, score, person))
    return merged, retyped


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


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch, not empty, grown to the words its ends are in."""
    if start and text[start - 1].isalnum() and text[start].isalnum():
        start = _word_around(text, start)[0]
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end = _word_around(text, end)[1]
    return start, end


def _word_around(text: str, position: int) -> tuple[int, int]:
    """The run of letters and digits that *position* is in."""
    start = end = position
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end
