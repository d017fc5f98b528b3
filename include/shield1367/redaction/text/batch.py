"""Many texts joined to one, cut into words once, searched as a whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum, auto
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.between import APART, STOPPED, Between
from shield1367.redaction.text.fold import Folded, fold_many
from shield1367.redaction.text.kinds import SMALL, Kinds
from shield1367.redaction.text.tokens import ENTITY_OF_TOKEN, TOKEN
from shield1367.redaction.text.words import SEPARATOR, Words

_BETWEEN = Between()
# Over tokens of an earlier run: like the separator of texts, no rule matches across it, and no fold yields it.
SHADE = "\x1f"
_BLANK = ord(" ")
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "sr", "sra", "st", "no", "jr", "vs", "v", "ofc", "sgt", "lt", "det"}
)


_LOWER_WORD = re.compile(rb"(?<![A-Za-z0-9'@.-])[a-z]{2}")


def has_barrier(gap: str) -> bool:
    """Whether a text ends between two words, or a token of an earlier run stands there."""
    return gap != " " and (SEPARATOR in gap or SHADE in gap)


def between_of(gaps: Sequence[str]) -> NDArray[np.uint8]:
    """The flags of each of some gaps."""
    return np.fromiter(map(_BETWEEN.__getitem__, gaps), np.uint8, len(gaps))


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
        ends: one past the last character of each word.
        surface: ``cased`` as bytes, 128 or more for what is not ASCII.
        kinds: of each word, the flags of :mod:`~shield1367.redaction.text.kinds`.
        between: of each gap, the flags of :mod:`~shield1367.redaction.text.between`.
        texts: of each word, the index of its text.
        cases: per text, how it is written.
        people: per text, indices of the people linked to its row.
        covered: one byte per character, 1 where a finding lies.
        hits: the findings so far.
    """

    def __init__(self, texts: Sequence[str], people: Sequence[frozenset[int]], kinds: Kinds) -> None:
        self.folded: list[Folded] = fold_many(texts)
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
        self._cut = Words(self.cased, self.lower)
        self.words, self.gaps = self._cut.words, self._cut.gaps
        self.starts, self.ends = self._cut.starts, self._cut.ends
        self.kinds = kinds.of(self.words)
        self.between = _BETWEEN.of(len(self.gaps), self._cut.uneven, self._cut.uneven_gaps)
        # Of each word, the text it stands in.
        self.start_array, self.surface = self._cut.start_array, self._cut.surface
        self.text_array = np.searchsorted(self.text_starts, self.start_array, side="right") - 1
        self.texts: list[int] = self.text_array.tolist()
        self.text_ends = [begin + len(text) for begin, text in zip(self.text_starts, cased, strict=True)]
        self.cases: list[Case] = self._cases(self.surface, self._cut.uppers, self._cut.lowers)
        self._begin()

    def _begin(self) -> None:
        """Nothing is found yet but tokens of an earlier run; what is asked of each word, and of those beside tokens."""
        self.covered = bytearray(len(self.lower) + 1)
        for start, end, _ in self.earlier:
            self.covered[start:end] = b"\x01" * (end - start)
        self.hits: list[Hit] = []
        self._small: NDArray[np.bool_] | None = None
        self.word_array = np.frombuffer(self._cut.at_positions, np.int32)
        # Asked a hundred thousand times a second: answers are read off, not worked out.
        self._word_at = self._cut.at_positions
        self._capital, self._upper = self._cut.capital, self._cut.upper
        opens = self._openings()
        self._opens_sentence = self._opens_clause = opens
        self._beside_token: bytes | None = None
        if self.earlier:
            self._mind_tokens(opens)

    def word_at(self, position: int) -> int:
        """Index of the word that starts at or before a position."""
        return self._word_at[position]

    def end(self, word: int) -> int:
        """One past the last character of a word."""
        return self.ends[word]

    def is_capital(self, word: int) -> bool:
        """Whether a word starts with a capital."""
        return self._capital[word] != 0

    def is_upper(self, word: int) -> bool:
        """Whether a word is all capitals, two or more."""
        return self._upper[word] != 0

    def opens_sentence(self, word: int) -> bool:
        """Whether a capital at a word is owed to its place; behind a token it may be."""
        return self._opens_sentence[word] != 0

    def opens_clause(self, word: int) -> bool:
        """Whether a word surely opens a sentence; behind a token nothing is sure."""
        return self._opens_clause[word] != 0

    def beside_token(self, word: int) -> bool:
        """Whether a token of an earlier run stands right beside a word.

        What it stands for was part of the sentence when the text was first read, and said what the words around are.
        Rules take it that it still does: where they read less, they must not find more.
        """
        return self._beside_token is not None and self._beside_token[word] != 0

    def _mind_tokens(self, opens: bytes) -> None:
        """Answer for what stands beside tokens of an earlier run; only the gaps that hold one are looked at."""
        beside, sentence, clause = bytearray(len(opens)), bytearray(opens), bytearray(opens)
        for i, gap in zip(self._cut.uneven, self._cut.uneven_gaps, strict=True):
            if SHADE not in gap:
                continue
            # A gap between two texts belongs to both.
            if SHADE in gap.partition(SEPARATOR)[0]:
                beside[i - 1] = 1
            if i < len(opens) and SHADE in gap.rpartition(SEPARATOR)[2]:
                beside[i] = sentence[i] = 1
                clause[i] = 0
        self._beside_token, self._opens_sentence, self._opens_clause = map(bytes, (beside, sentence, clause))

    def _shade(self, index: int, cased: list[str], lower: list[str]) -> None:
        """Blank the tokens of an earlier run: they are covered, and no rule reads them."""
        text, low = cased[index], lower[index]
        offset, done = self.text_starts[index], 0
        texts: list[str] = []
        lows: list[str] = []
        for match in TOKEN.finditer(text):
            start, end = match.span()
            blank = SHADE * (end - start)
            texts += (text[done:start], blank)
            lows += (low[done:start], blank)
            done = end
            self.earlier.append((offset + start, offset + end, ENTITY_OF_TOKEN[match.group()]))
        cased[index] = "".join((*texts, text[done:]))
        lower[index] = "".join((*lows, low[done:]))

    def add(self, hit: Hit) -> None:
        """Record a finding and mark its stretch as covered."""
        self.hits.append(hit)
        self.covered[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)

    def is_covered(self, start: int, end: int) -> bool:
        """Whether every character of a stretch lies in a finding already."""
        return self.covered.find(0, start, end) < 0

    def painted(self, hits: Sequence[Hit]) -> NDArray[np.uint8]:
        """One byte per character, 1 where one of *hits* lies."""
        count, size = len(hits), len(self.covered)
        starts = np.fromiter((hit.start for hit in hits), np.intp, count)
        ends = np.fromiter((hit.end for hit in hits), np.intp, count)
        depth = np.bincount(starts, minlength=size)
        depth[:size] -= np.bincount(ends, minlength=size)[:size]
        return (np.cumsum(depth) > 0).astype(np.uint8)

    def _cases(
        self, surface: NDArray[np.uint8], uppers: NDArray[np.int32], lowers: NDArray[np.int32]
    ) -> list[Case]:
        """How each text is written, by its ASCII letters, counted up to each character of *surface*."""
        upper = uppers[self.text_ends] - uppers[self.text_starts]
        letters = upper + lowers[self.text_ends] - lowers[self.text_starts]
        return [
            Case.UPPER if capital else Case.LOWER if small else Case.TITLE if title else Case.MIXED
            for capital, small, title in zip(
                (upper > 0.6 * letters).tolist(),
                (upper <= 0.004 * letters).tolist(),
                self._titled(surface, uppers).tolist(),
                strict=True,
            )
        ]

    def _titled(self, surface: NDArray[np.uint8], uppers: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Of each text, whether every word is capitalised: so are the small words between two blanks."""
        small = np.flatnonzero(self.kinds & SMALL)
        start, end = self.start_array[small], self._cut.end_array[small]
        # No text begins or ends with all that is joined: before the first and behind the last is no blank.
        framed = np.pad(surface, 1)
        bare = (framed[start] == _BLANK) & (framed[end + 1] == _BLANK) & (surface[start] != ord(SHADE))
        capital = (uppers[start + 1] > uppers[start]) & (uppers[end] == uppers[start + 1])
        count = len(self.text_starts)
        texts = self.text_array[small]
        titled = np.bincount(texts[bare & capital], minlength=count)
        plain = np.bincount(texts[bare & (uppers[end] == uppers[start])], minlength=count)
        every = (titled > 1) & (titled > 4 * plain)
        for text in np.flatnonzero(titled == 1).tolist():
            written = surface[self.text_starts[text] : self.text_ends[text]].tobytes()
            every[text] = _LOWER_WORD.search(written) is None
        return every

    def whole_words(self) -> tuple[list[int], list[int], list[int]]:
        """Of each finding the text it lies in, and where it starts and ends when it grows to whole words."""
        count = len(self.hits)
        starts = np.fromiter((hit.start for hit in self.hits), np.intp, count)
        ends = np.fromiter((hit.end for hit in self.hits), np.intp, count)
        texts: list[int] = (np.searchsorted(self.text_starts, starts, side="right") - 1).tolist()
        begin, end = self.start_array, self._cut.end_array
        word = self.word_array[starts]
        grown = np.where(starts < end[word], begin[word], starts)
        word = self.word_array[ends]
        finish = np.where((begin[word] < ends) & (ends < end[word]), end[word], ends)
        return texts, grown.tolist(), finish.tolist()

    @property
    def lengths(self) -> NDArray[np.intp]:
        """Of each word, how many characters it has."""
        lengths: NDArray[np.intp] = self._cut.end_array - self._cut.start_array
        return lengths

    @property
    def begun_in_findings(self) -> NDArray[np.bool_]:
        """Of each word, whether it begins in a finding, as of now."""
        begun: NDArray[np.bool_] = np.frombuffer(self.covered, np.uint8)[self.start_array] != 0
        return begun

    @property
    def tell_nothing(self) -> NDArray[np.bool_]:
        """Of each word, whether it is written small in a text where a capital says something."""
        if self._small is None:
            mixed = np.fromiter((case is Case.MIXED for case in self.cases), np.bool_, len(self.cases))
            self._small = mixed[self.text_array] & ~self._cut.capital_array
        return self._small

    @property
    def caseless_words(self) -> NDArray[np.bool_]:
        """Of each word, whether its case tells nothing: the text has no capitals, or is full of them right here.

        So it is where four are all capitals of a word, itself one, and the two of its text to either side.
        """
        upper = np.frombuffer(self._upper, np.bool_)
        texts = self.text_array
        shouted = upper.astype(np.uint8)
        for step in (1, 2):
            same = texts[step:] == texts[:-step]
            shouted[step:] += same & upper[:-step]
            shouted[:-step] += same & upper[step:]
        unmixed = np.fromiter((case is not Case.MIXED for case in self.cases), np.bool_, len(self.cases))
        caseless: NDArray[np.bool_] = unmixed[texts] | (upper & (shouted >= 4))
        return caseless

    def having(self, kind: int, *, but: int = 0, openly: bool = False) -> list[int]:
        """The words, in order, that are of all the kinds in *kind* and of none in *but*.

        Args:
            kind: flags of :class:`~shield1367.redaction.text.kinds.Kinds`.
            but: flags that a word must not have.
            openly: leave out words that begin in a finding.
        """
        chosen = np.flatnonzero((self.kinds & (kind | but)) == kind)
        if openly:
            chosen = chosen[np.frombuffer(self.covered, np.uint8)[self._cut.start_array[chosen]] == 0]
        indices: list[int] = chosen.tolist()
        return indices

    def in_words(self, stretches: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
        """Where stretches of all words written without gaps lie: first word, offset in it; last word, offset.

        Args:
            stretches: (anything, start, end), as an automaton gives them; none is empty.
        """
        if not stretches:
            return []
        table = np.array(stretches, np.int64)
        starts, ends = table[:, 1], table[:, 2]
        offsets = np.concatenate(([0], np.cumsum(self.lengths)))
        first = np.searchsorted(offsets, starts, side="right") - 1
        last = np.searchsorted(offsets, ends - 1, side="right") - 1
        columns = (first, starts - offsets[first], last, ends - offsets[last])
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def text_of(self, position: int) -> int:
        """Index of the text that *position* lies in."""
        return bisect_right(self.text_starts, position) - 1

    def case_of(self, word: int) -> Case:
        """How the text that a word stands in is written."""
        return self.cases[self.texts[word]]

    def before(self, word: int) -> str:
        """The word before; empty where a text begins, or a token lies between."""
        gap = self.gaps[word]
        return self.words[word - 1] if word and not has_barrier(gap) else ""

    def after(self, word: int) -> str:
        """The word after; empty where a text ends, or a token lies between."""
        gap = self.gaps[word + 1]
        behind = word + 1 < len(self.words) and not has_barrier(gap)
        return self.words[word + 1] if behind else ""

    def around(self, word: int, reach: int) -> range:
        """The words of the same text that stand at most *reach* from a word, itself among them."""
        first, last = max(0, word - reach), min(len(self.words) - 1, word + reach)
        text, texts = self.texts[word], self.texts
        while texts[first] != text:
            first += 1
        while texts[last] != text:
            last -= 1
        return range(first, last + 1)

    def has_token(self, words: range) -> bool:
        """Whether a token stands before, between or after these words."""
        return bool(self.earlier) and any(map(self.beside_token, words))

    def _openings(self) -> bytes:
        words = self.words
        opens = bytearray(len(words))
        opens[0] = 1
        if len(words) > 1 and not words[0]:
            opens[1] = 1
        # One more gap than words.
        for i in np.flatnonzero(self.between[:-1] & APART).tolist():
            before = words[i - 1]
            shortened = before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha())
            opens[i] = not (shortened and self.between[i] & STOPPED)
        return bytes(opens)
