"""Names of medicines, spelt right or nearly: no dictionary has them, and they are nobody's name."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from shield1367.redaction.text.lexicon import Lexicon

# A shorter word is as near to a name.
_SHORTEST = 7
# A stem this long at the end of a word is no accident.
_LONG_STEM = 5
_MOST = 20_000


class Medicines:
    """Tells medicines from other words that no dictionary knows; remembers what it was asked."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._all = lexicon.medicines
        self._listed = sorted(word for word in lexicon.medicines if len(word) >= _SHORTEST)
        self._stems = tuple(stem for stem in lexicon.medicine_stems if len(stem) >= _LONG_STEM)
        self._names = lexicon.names | lexicon.family
        self._memo: dict[str, bool] = {}

    def has(self, word: str) -> bool:
        """Whether *word* is a listed medicine but for one slip, or ends like one."""
        if len(word) < _SHORTEST:
            return word in self._all
        if word not in self._memo:
            if len(self._memo) >= _MOST:
                self._memo.clear()
            self._memo[word] = word not in self._names and self._resembles(word)
        return self._memo[word]

    def _resembles(self, word: str) -> bool:
        if word.endswith(self._stems):
            return True
        return extractOne(word, self._listed, scorer=OSA.distance, score_cutoff=1) is not None
