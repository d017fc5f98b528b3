"""A narrative cut into what a reviewer can point at: masked stretches, and the words that were left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from shield1367.config.loading import ConfigModel

_WORD = re.compile(r"\S*\w\S*")
_TOKEN = re.compile(r"\[([A-Z_]+)(?: [^\[\]]{2,40} [g-v]{4})?\]")
_GROUPS: Final = {
    "person": {"PERSON"},
    "place": {"PLACE", "ADDRESS", "GPS"},
    "date": {"DATE", "AGE"},
    "number": {"A_NUMBER", "RECEIPT", "SSN", "PASSPORT", "ID", "LICENSE", "PLATE", "ACCOUNT"},
    "contact": {"PHONE", "EMAIL", "URL", "IP"},
}
_OTHER = "other"


class Masked(ConfigModel):
    """A masked stretch: offsets of the original, what it is, and which rule found it."""

    start: int
    end: int
    entity: str
    rule: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """One piece of a text, in order; together they are the text.

    Attributes:
        text: as it stands there; protected.
        start: offset in the text.
        masked: number of the masked stretch that it is; ``None`` for what was left.
        is_word: whether it is a word that was left, and can be marked as missed.
        group: of a masked one, what it is coloured by.
    """

    text: str = field(repr=False)
    start: int
    masked: int | None = None
    is_word: bool = False
    group: str = ""


def stretches(text: str, spans: Sequence[Masked]) -> list[Stretch]:
    """The pieces of an original; *spans* in order, none of them overlapping."""
    pieces: list[Stretch] = []
    done = 0
    for number, span in enumerate(spans):
        pieces += _left(text, done, span.start)
        pieces.append(Stretch(text[span.start : span.end], span.start, number, group=group_of(span.entity)))
        done = span.end
    return [*pieces, *_left(text, done, len(text))]


def tokens(scrubbed: str) -> list[Stretch]:
    """The pieces of a scrubbed text: tokens, with the group of their type, and what stands between them."""
    pieces: list[Stretch] = []
    done = 0
    for match in _TOKEN.finditer(scrubbed):
        pieces.append(Stretch(scrubbed[done : match.start()], done))
        pieces.append(Stretch(match[0], match.start(), group=group_of(match[1])))
        done = match.end()
    return [piece for piece in (*pieces, Stretch(scrubbed[done:], done)) if piece.text]


def runs(pieces: Iterable[Stretch], starts: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """The marked words as stretches of the text; neighbours with nothing but space between them are one."""
    found: list[tuple[int, int]] = []
    is_near = False
    for piece in pieces:
        if piece.is_word and piece.start in starts:
            end = piece.start + len(piece.text)
            if is_near and found:
                found[-1] = (found[-1][0], end)
            else:
                found.append((piece.start, end))
            is_near = True
        elif piece.text.strip():
            is_near = False
    return tuple(found)


def group_of(entity: str) -> str:
    """What a type of span is coloured by."""
    return next((group for group, entities in _GROUPS.items() if entity in entities), _OTHER)


def _left(text: str, start: int, end: int) -> Iterator[Stretch]:
    done = start
    for match in _WORD.finditer(text, start, end):
        if done < match.start():
            yield Stretch(text[done : match.start()], done)
        yield Stretch(match[0], match.start(), is_word=True)
        done = match.end()
    if done < end:
        yield Stretch(text[done:end], done)
