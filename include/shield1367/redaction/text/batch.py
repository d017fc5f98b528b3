"""Many texts joined to one, cut into words once, searched as a whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum, auto
from itertools import accumulate

from shield1367.redaction.text.fold import Folded, fold
from shield1367.redaction.text.tokens import ENTITY_OF_TOKEN, TOKEN

# Stand between two texts, and over tokens of an earlier run: no rule matches across, no fold yields them.
SEPARATOR = "\x1e"
SHADE = "\x1f"
BARRIER = re.compile("[\x1e\x1f]")
_CUT = re.compile(r"([\W_]+)")
_APART = re.compile(r"[.!?\n:\x1e;•]")
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "sr", "sra", "st", "no", "jr", "vs", "v", "ofc", "sgt", "lt", "det"}
)


_NOT_UPPER = bytes(byte for byte in range(256) if not 65 <= byte <= 90)
_NOT_LETTER = bytes(byte for byte in range(256) if not (65 <= byte <= 90 or 97 <= byte <= 122))

# Small words that only a text with a capital on every word writes with one, in the middle of a sentence.
_SMALL = (b" the ", b" of ", b" in ", b" to ", b" and ", b" was ", b" de ", b" que ", b" for ", b" is ")
_SMALL_TITLED = tuple(word.title() for word in _SMALL)
_LOWER_WORD = re.compile(rb"(?<![A-Za-z0-9'@.-])[a-z]{2}")


def _is_title(text: bytes) -> bool:
    """Whether every word of a text is capitalised."""
    titled = sum(map(text.count, _SMALL_TITLED))
    if titled > 1:
        return titled > 4 * sum(map(text.count, _SMALL))
    return titled == 1 and _LOWER_WORD.search(text) is None


class Case(Enum):
    """How a text is written; only in ``MIXED`` does a capital say anything."""

    MIXED = auto()
    TITLE = auto()
    UPPER = auto()
    LOWER = auto()


class Hit:
    """One finding, in the coordinates of the batch."""

    __slots__ = ("end", "entity", "person", "rule", "score", "start")

    def __init__(self, start: int, end: int, entity: str, rule: str, score: float, person: int = -1) -> None:
        self.start = start
        self.end = end
        self.entity = entity
        self.rule = rule
        self.score = score
        self.person = person


class Batch:
    """Joined texts and what every rule needs of them.

    Attributes:
        lower: folded, lower case, joined by :data:`SEPARATOR`.
        cased: the same with its case.
        ascii: ``cased`` as bytes, one per character, ``?`` for what is not ASCII.
        words: the words of ``lower`` (letters and digits), in order.
        gaps: ``gaps[i]`` stands before ``words[i]``; one more than words.
        starts: where each word starts.
        people: per text, indices of the people linked to its row.
        covered: one byte per character, 1 where a finding lies.
        hits: the findings so far.
    """

    def __init__(self, texts: Sequence[str], people: Sequence[frozenset[int]]) -> None:
        self.folded: list[Folded] = [fold(text) for text in texts]
        self.people = people
        cased = [folded.text for folded in self.folded]
        lower = [folded.lower for folded in self.folded]
        self.text_starts = [0, *accumulate(len(text) + 1 for text in cased)][:-1]
        self.earlier: list[tuple[int, int, str]] = []
        for index, text in enumerate(cased):
            if "[" in text and TOKEN.search(text):
                self._shade(index, cased, lower)
        self.cased = SEPARATOR.join(cased)
        self.lower = SEPARATOR.join(lower)
        self.ascii = self.cased.encode("ascii", "replace")
        parts = _CUT.split(self.lower)
        self.words: list[str] = parts[0::2]
        self.gaps: list[str] = ["", *parts[1::2], ""]
        ends = list(accumulate(map(len, parts)))
        self.starts: list[int] = [0, *ends[1::2]]
        self.covered = bytearray(len(self.lower))
        for start, end, _ in self.earlier:
            self.covered[start:end] = b"\x01" * (end - start)
        self.hits: list[Hit] = []
        self._cases: dict[int, Case] = {}

    def _shade(self, index: int, cased: list[str], lower: list[str]) -> None:
        """Blank the tokens of an earlier run: they are covered, and no rule reads them."""
        text, low = cased[index], lower[index]
        for match in TOKEN.finditer(text):
            start, end = match.span()
            blank = SHADE * (end - start)
            text = text[:start] + blank + text[end:]
            low = low[:start] + blank + low[end:]
            offset = self.text_starts[index]
            self.earlier.append((offset + start, offset + end, ENTITY_OF_TOKEN[match.group()]))
        cased[index], lower[index] = text, low

    def add(self, hit: Hit) -> None:
        """Record a finding and mark its stretch as covered."""
        self.hits.append(hit)
        self.covered[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)

    def is_covered(self, start: int, end: int) -> bool:
        """Whether every character of a stretch lies in a finding already."""
        return self.covered.find(0, start, end) < 0

    def text_of(self, position: int) -> int:
        """Index of the text that *position* lies in."""
        return bisect_right(self.text_starts, position) - 1

    def word_at(self, position: int) -> int:
        """Index of the word that starts at or before *position*."""
        return max(0, bisect_right(self.starts, position) - 1)

    def case_of(self, word: int) -> Case:
        """How the text that a word stands in is written."""
        text = self.text_of(self.starts[word])
        known = self._cases.get(text)
        if known is None:
            begin = self.text_starts[text]
            data = self.ascii[begin : begin + len(self.folded[text].text)]
            upper, letters = len(data.translate(None, _NOT_UPPER)), len(data.translate(None, _NOT_LETTER))
            known = (
                Case.UPPER
                if upper > 0.6 * letters
                else Case.LOWER
                if upper <= 0.004 * letters
                else Case.TITLE
                if _is_title(data)
                else Case.MIXED
            )
            self._cases[text] = known
        return known

    def end(self, word: int) -> int:
        """One past the last character of a word."""
        return self.starts[word] + len(self.words[word])

    def is_capital(self, word: int) -> bool:
        """Whether a word starts with a capital."""
        return self.cased[self.starts[word]].isupper() if self.words[word] else False

    def is_upper(self, word: int) -> bool:
        """Whether a word is all capitals, two or more."""
        start = self.starts[word]
        surface = self.cased[start : start + len(self.words[word])]
        return len(surface) > 1 and surface.isupper()

    def opens_sentence(self, word: int) -> bool:
        """Whether a capital at this word is owed to its place."""
        gap = self.gaps[word]
        if word == 0 or not self.words[word - 1]:
            return True
        if not _APART.search(gap):
            return False
        before = self.words[word - 1]
        return not (
            gap.startswith(". ") and (before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha()))
        )
