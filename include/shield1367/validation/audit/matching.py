"""Where a text holds a needle, with the coincidences taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.cells import CELL_GAP
from shield1367.validation.audit.distinctive import is_distinctive, is_spanish_word
from shield1367.validation.audit.folding import Folded
from shield1367.validation.audit.index import NeedleIndex
from shield1367.validation.audit.joined import CELL_END
from shield1367.validation.audit.needles import (
    DATE_OF_BIRTH,
    FULL_NAME,
    KINDS,
    REVERSED,
    SINGLE_NAME,
    Scope,
)
from shield1367.validation.audit.windows import Tokens, skeleton, tokenize

_FULL_NAME, _SINGLE_NAME = KINDS.index(FULL_NAME), KINDS.index(SINGLE_NAME)
_HEX = frozenset("0123456789abcdef")
# As long as a digest or pseudonym is.
_HEX_RUN = 16
_DATE_SHAPES = frozenset(
    {(2, 2, 4), (1, 2, 4), (2, 1, 4), (1, 1, 4), (4, 2, 2), (4, 1, 1), (4, 2, 1), (4, 1, 2)}
)
_PLAIN_DATE = 8
_LAST_DAY = 31
# Fewer digits than these come together by chance where columns of numbers stand side by side.
_SPLIT = 9
_CITATION = 60
_AROUND = 4
# What masked stretches are called that is a surname too.
_MASKED = re.compile(r"\[(?:person|place|date|address|age|account)\]")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_DIGIT = re.compile(r"\d")
_NO_WORD = re.compile(r"[\W_]")
_CITED_BEFORE = re.compile(r"\b(?:matter of|in re) (?:[a-z]+[- ]){0,3}$")
_CITED_AFTER = re.compile(r"(?:[- ][a-z]+){0,3}, [0-9]{1,2} i ?& ?n\b")
_SENTENCE_END = re.compile(r"[.!?][^a-z0-9]*\s")
_LOOSE = re.compile(r"[/,;:\n]|  ")


@dataclass(frozen=True, slots=True)
class Match:
    """A needle found in a cell; *is_split* when it reaches over a ``CELL_GAP``."""

    row: int
    kind: str
    person: str
    is_split: bool = False


def find(index: NeedleIndex, folded: Folded, cells: Sequence[str], scope: Scope) -> Iterator[Match]:
    """Every needle of *scope* or wider in *folded*.

    *cells* are the same cells as written: their capitals decide whether "will may" is a name.
    """
    tokens = tokenize(folded)
    if not len(tokens.starts):
        return
    for hits in index.matches(tokens, scope):
        lasts = hits.firsts + (hits.lengths - 1)
        rows = tokens.rows(hits.firsts)
        starts, ends = tokens.starts.take(hits.firsts), tokens.ends.take(lasts)
        kept = rows == tokens.rows(lasts)
        if hits.left_out is not None:
            kept &= hits.kinds == _FULL_NAME
        else:
            # A name alone is one word: "and re" is not Andre.
            kept &= (hits.kinds != _SINGLE_NAME) | (hits.lengths == 1) & _alone(folded, starts, ends)
        columns = (hits.firsts, hits.lengths, starts, ends, rows, hits.needles, hits.kinds)
        for first, length, start, end, row, needle, number in zip(
            *(column[kept].tolist() for column in columns), strict=True
        ):
            kind, text = KINDS[number], folded.content[start:end]
            # Letters that are alike make no name: "held" is not Heid.
            if kind == SINGLE_NAME and not is_distinctive(text):
                continue
            window = _Window(folded, tokens, first, length, start, end, row, text, hits.left_out)
            if _is_meant(kind, window, cells[row], index):
                split = CELL_GAP in text
                if not split or _is_split_on_purpose(kind, window):
                    yield Match(row, kind, index.person(needle), split)


def _alone(folded: Folded, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which stretches have a gap on both sides."""
    classes = folded.classes
    before = (starts == 0) | (classes.take(starts - 1, mode="clip") == 0)
    after = (ends == len(classes)) | (classes.take(ends, mode="clip") == 0)
    alone: NDArray[np.bool_] = before & after
    return alone


# Not frozen: of thousands a second, most are looked at once, and to freeze them costs as much.
@dataclass(eq=False, slots=True)
class _Window:
    """A run of tokens in its surroundings; *left_out* is the place in it of a letter that was passed over."""

    folded: Folded
    tokens: Tokens
    first: int
    length: int
    start: int
    end: int
    row: int
    text: str
    left_out: int | None

    @property
    def words(self) -> list[str]:
        text, start = self.text, self.start
        span = slice(self.first, self.first + self.length)
        places = zip(self.tokens.starts[span].tolist(), self.tokens.ends[span].tolist(), strict=True)
        return [text[begin - start : end - start] for begin, end in places]

    @property
    def with_brackets(self) -> str:
        """The text, and the brackets of a mask that it begins or ends with."""
        content, start, end = self.folded.content, self.start, self.end
        before = "[" if start and content[start - 1] == "[" else ""
        return f"{before}{self.text}{']' if content[end : end + 1] == ']' else ''}"

    def contexts(self) -> Iterator[str]:
        """What surrounds it: its sentence, for the next one may be of another language, and the words next to it."""
        yield self.sentence
        yield self.around

    @property
    def around(self) -> str:
        """The four words to either side, as far as the cell goes."""
        ends, starts = self.folded.cell_ends, self.tokens.starts
        begin = int(ends[self.row - 1]) if self.row else -1
        end = int(ends[self.row]) if self.row < len(ends) else len(self.folded.codes)
        after = self.first + self.length
        spans = slice(max(0, self.first - _AROUND), self.first), slice(after, after + _AROUND)
        return " ".join(
            self.folded.text(start, stop)
            for span in spans
            for start, stop in zip(starts[span].tolist(), self.tokens.ends[span].tolist(), strict=True)
            if begin < start < end
        )

    @property
    def sentence(self) -> str:
        """Those of the characters around it that are of the same sentence."""
        before = self.folded.text(self.start - _CITATION, self.start).rpartition(CELL_END)[2]
        after = self.folded.text(self.end, self.end + _CITATION).partition(CELL_END)[0]
        words = f"{_SENTENCE_END.split(before)[-1]} {_SENTENCE_END.split(after)[0]}"
        return _NO_WORD.sub(" ", words)

    def stretch_of(self, cell: str) -> str:
        """The part of the *cell* as written that the window was folded from, or all of it where that is not plain."""
        if not cell.isascii():
            return cell
        ends = self.folded.cell_ends
        begin = int(ends[self.row - 1]) + 1 if self.row else 0
        size = (int(ends[self.row]) if self.row < len(ends) else len(self.folded.codes)) - begin
        # Of ASCII folding drops characters, and makes one of one.
        dropped = len(cell) - size
        return cell[self.start - begin : self.end - begin + dropped]

    @property
    def run(self) -> str:
        """The letters and digits around the window, without a gap."""
        start, end = self.start, self.end
        classes = self.folded.classes
        while start > 0 and classes[start - 1]:
            start -= 1
        while end < len(classes) and classes[end]:
            end += 1
        return self.folded.text(start, end)


def _is_meant(kind: str, window: _Window, cell: str, index: NeedleIndex) -> bool:
    if kind == REVERSED:
        return _reads_from_behind(window)
    if kind == SINGLE_NAME:
        if _is_precedent(window):
            return False
        return not is_spanish_word(window.text, window.contexts)
    if kind == FULL_NAME:
        is_name = _is_left_of_masks(window, cell) and _looks_like_a_name(window, cell, index)
        return is_name and not _is_hexadecimal(window.run)
    if kind in {"email", "street_address"}:
        return True
    if kind == DATE_OF_BIRTH:
        return _reads_as_date(window)
    return _reads_as_identifier(window)


def _is_hexadecimal(run: str) -> bool:
    """Whether a run is of a digest or pseudonym: what else it reads as is chance."""
    return len(run) >= _HEX_RUN and _HEX.issuperset(run)


def _reads_from_behind(window: _Window) -> bool:
    """Whole words, or a whole number, which may have its letter behind it: nothing ordinary reads so."""
    run = window.run
    if _is_hexadecimal(run):
        return False
    if window.text.isdigit():
        digits = re.search(rf"(?<![0-9]){window.text}(?![0-9])", run)
        return digits is not None
    return run == window.text or not window.text.isalnum()


def _is_split_on_purpose(kind: str, window: _Window) -> bool:
    """Neighbouring cells count where they are somebody's together and as a whole, not by their edges."""
    edges = window.folded.text(window.start - 1, window.start) + window.folded.text(
        window.end, window.end + 1
    )
    if edges.strip(CELL_GAP + CELL_END):
        return False
    if kind == FULL_NAME:
        return any(is_distinctive(word) for word in window.words)
    return (
        kind not in {SINGLE_NAME, DATE_OF_BIRTH, "street_address"} and sum(map(len, window.words)) >= _SPLIT
    )


def _is_precedent(window: _Window) -> bool:
    """A published decision is called after its respondent: "Matter of Acosta, 19 I&N Dec. 211 (BIA 1985)"."""
    before = window.folded.text(window.start - _CITATION, window.start)
    after = window.folded.text(window.end, window.end + _CITATION)
    return bool(_CITED_AFTER.match(after) and _CITED_BEFORE.search(before))


def _is_left_of_masks(window: _Window, cell: str) -> bool:
    """Whether something of a name is left that a mask is a part of, where somebody is called Person.

    Never of "[PERSON], [PERSON]". Of "[PERSON] Will" where the capital says so: in capitals "[PERSON] WILL TAKE CARE"
    reads the same, and is about somebody else.
    """
    left = _left_of_masks(window.with_brackets)
    if isinstance(left, bool):
        return left
    written = window.stretch_of(cell)
    if any(word not in written for word in left):
        return False
    return not cell.isupper() and all(re.search(rf"\b{re.escape(word)}\b", written) for word in left)


@lru_cache(maxsize=4096)
def _left_of_masks(text: str) -> bool | tuple[str, ...]:
    """Whether a name is left, or the words which have to be written so, for that to be told. The same comes often."""
    if _DIGIT.search(text):
        return False
    rest, masks = _MASKED.subn(" ", text)
    words = _WORD.findall(rest)
    if not masks or any(map(is_distinctive, words)):
        return True
    if all(len(word) == 1 for word in words):
        return False
    return tuple(map(str.capitalize, words))


def _looks_like_a_name(window: _Window, cell: str, index: NeedleIndex) -> bool:
    """Names made of ordinary words only ("Grant May") count where the text writes them as names, and in these words."""
    words = window.words
    if any(is_distinctive(word) for word in words):
        return True
    # Letters that are alike and other gaps make words of a name: "Haiti. In" reads as Hait Lin.
    kept = [word for place, word in enumerate(words) if place != window.left_out]
    if not index.is_ordinary_name(" ".join(kept)):
        return False
    found = [match[0].split() for match in _as_written(tuple(words)).finditer(window.stretch_of(cell))]
    # Not found as written means written strangely, which a name in ordinary text is not.
    return not found or any(
        all(word[0].isupper() for word in written if word[0].isalpha()) for written in found
    )


@lru_cache(maxsize=4096)
def _as_written(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\W+(?:\w\W+)?".join(re.escape(word) for word in words), re.IGNORECASE)


def _reads_as_date(window: _Window) -> bool:
    words = window.words
    if any(word.isalpha() for word in words):
        # A letter for a digit is a date all the same; "I-77. 2019" has no day and no month that could be 77.
        groups = [skeleton(group) for group in re.split(r"\W+", window.text)]
        return not any(len(group) == 2 and group.isdigit() and int(group) > _LAST_DAY for group in groups)
    if len(words) == 1:
        # Month and day without leading zeros, all run together, is no notation anybody writes.
        return len(words[0]) == _PLAIN_DATE and window.run == words[0]
    return tuple(len(word) for word in words) in _DATE_SHAPES


def _reads_as_identifier(window: _Window) -> bool:
    if _is_hexadecimal(window.run):
        return False
    text = window.text
    if text.isalnum():
        return True
    # Neighbouring numbers add up to somebody's by chance: across a comma or slash, or as a date.
    shape = tuple(len(word) for word in window.words)
    return shape not in _DATE_SHAPES and not _LOOSE.search(text)
