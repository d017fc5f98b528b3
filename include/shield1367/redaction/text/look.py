"""A batch with the questions that the rules for unknown names ask of it."""

from __future__ import annotations

import numpy as np

from shield1367.redaction.text.batch import SHADE, Batch
from shield1367.redaction.text.lexicon import Lexicon

# What may stand between two words that tell of each other.
BESIDE = frozenset([" ", ", ", " - ", "-", "'", ". ", "\n", "_", "."])
CONTRACTED = frozenset(["t", "s", "re", "ve", "ll", "d", "m", "em"])


class Look:
    """A batch, and what its words look like where they stand."""

    def __init__(self, batch: Batch, lexicon: Lexicon) -> None:
        self.batch = batch
        self._lexicon = lexicon
        self._caseless = batch.caseless_words.tobytes()

    def is_open(self, i: int) -> bool:
        """Whether a word is letters, two or more, no tail of a contraction, and not covered yet."""
        batch = self.batch
        word = batch.words[i]
        if len(word) < 2 or not word.isalpha() or batch.covered[batch.starts[i]]:
            return False
        if batch.gaps[i] == "'" and word in CONTRACTED:
            return False
        if (
            len(word) == 2
            and word in self._lexicon.state_codes
            and batch.is_upper(i)
            and batch.gaps[i].rpartition(SHADE)[2] in (", ", ",")
        ):
            return False
        # "don't": "don" is the verb.
        return not (batch.gaps[i + 1] == "'" and i + 1 < len(batch.words) and batch.words[i + 1] == "t")

    def caseless(self, i: int) -> bool:
        """Whether case tells nothing here: the text has no capitals, or the words around are all capitals."""
        return self._caseless[i] != 0

    def telling_capital(self, i: int) -> bool:
        """A capital that neither the start of a sentence nor a caseless text explains."""
        return not self.caseless(i) and self.batch.is_capital(i) and not self.batch.opens_sentence(i)

    def in_title_phrase(self, i: int) -> bool:
        """Whether an ordinary capitalised word stands right beside: "Field Office", "Grace Period"; or a token."""
        batch = self.batch
        return batch.beside_token(i) or any(
            batch.words[j] in self._lexicon.plain
            and batch.is_capital(j)
            and batch.is_upper(j) == batch.is_upper(i)
            and (batch.words[j] not in self._lexicon.calendar or batch.words[j] in self._lexicon.both)
            and not (j < i and batch.opens_clause(j))
            for j in self.beside(i)
        )

    def beside(self, i: int, *, commas: bool = True) -> list[int]:
        """The words right before and after, when nothing ends a sentence between."""
        batch = self.batch
        found: list[int] = []
        for j in (i - 1, i + 1):
            if not 0 <= j < len(batch.words) or not batch.words[j]:
                continue
            gap = batch.gaps[max(i, j)]
            if gap in BESIDE and (commas or gap != ", ") and not batch.opens_clause(max(i, j)):
                found.append(j)
        return found

    def is_name(self, j: int, accepted: set[int]) -> bool:
        """Whether a word was taken for a name, or lies in something found before that is one."""
        return j in accepted or j in self.batch_names

    @property
    def batch_names(self) -> frozenset[int]:
        """Words inside findings of people."""
        if self._names is None:
            batch = self.batch
            # A word is in a finding that it begins in, or that begins in it.
            depth = np.zeros(len(batch.words) + 1, np.int32)
            people = [hit for hit in batch.hits if hit.entity == "PERSON"]
            if people:
                size = len(depth)
                first = batch.word_array[[hit.start for hit in people]]
                last = batch.word_array[[hit.end - 1 for hit in people]]
                depth = np.cumsum(np.bincount(first, minlength=size) - np.bincount(last + 1, minlength=size))
            self._names = frozenset(np.flatnonzero(depth).tolist())
        return self._names

    _names: frozenset[int] | None = None

    def follows_place_cue(self, i: int) -> bool:
        """Whether "in", "near", "from" … stand before the run of capitals that *i* is part of."""
        batch = self.batch
        j = i - 1
        while (
            j >= 0
            and j > i - 4
            and batch.gaps[j + 1] in (" ", "-")
            and batch.is_capital(j)
            and not self.caseless(j)
        ):
            j -= 1
        return j >= 0 and batch.gaps[j + 1] == " " and batch.words[j] in self._lexicon.place_cues
