"""Names nobody told us: what no dictionary knows is a name until shown otherwise.

How a word counts: *name* (the census knows it, hardly anybody uses it otherwise), *unknown* (nothing knows
it), *both* (Grace, Young), *plain*. A capital says little at the start of a sentence, and nothing in a text
that is all capitals or has none.
"""

from __future__ import annotations

import re

import re2

from shield1367.config.text import Strictness
from shield1367.redaction.text.batch import Batch, Hit
from shield1367.redaction.text.complete import complete_names
from shield1367.redaction.text.kinds import ALPHABETIC, CUE, PLAIN, SURELY_PLAIN
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.look import BESIDE, Look
from shield1367.redaction.text.medicines import Medicines
from shield1367.redaction.text.strict import Signs, after_loose_cues, stands_alone

_ODD = re.compile(r"(?<![^\W_])[A-Z][a-z]")
# A precedent is public, and named after its respondent: "Matter of Acosta, 19 I&N Dec. 211".
_PRECEDENT = re2.compile(rb"(?i)(?:matter of|in re) [^\d,.;\x1e\x1f]{2,40}, \d{1,2} i ?& ?n")
# After these, whatever the case, a name follows; the other honorifics are words as well.
_ALWAYS = frozenset({"mr", "mrs", "ms", "mx", "sra", "srta", "senora", "senorita", "dr"})
_LONGEST_NAME = 4


class Unknown:
    """Finds words that must be names; one object per strictness, without state between batches."""

    def __init__(self, lexicon: Lexicon, strictness: Strictness) -> None:
        self._lexicon = lexicon
        self._strictness = strictness
        self._signs = Signs(lexicon)
        self._medicines = Medicines(lexicon)
        self._strict = strictness is Strictness.STRICT
        # Kind of the words that are let be.
        self._plain = SURELY_PLAIN if self._strict else PLAIN

    def find(self, batch: Batch) -> list[int]:
        """Add the names and return the words that were suspected."""
        look = Look(batch, self._lexicon)
        suspects = [i for i in batch.having(ALPHABETIC, but=self._plain, openly=True) if look.is_open(i)]
        suspects = [i for i in suspects if not self._medicines.has(batch.words[i])]
        public = self._precedents(batch)
        if public:
            suspects = [i for i in suspects if i not in public]
        accepted = {i for i in suspects if self._stands_alone(look, i)}
        if self._strict:
            alone = [
                i for i in self._odd_capitals(look) if look.telling_capital(i) and not look.in_title_phrase(i)
            ]
            accepted.update(i for i in alone if not public or i not in public)
        self._after_cues(look, accepted)
        self._beside_names(look, suspects, accepted)
        cued = (i for i in after_loose_cues(look, self._lexicon) if i not in public)
        accepted.update(i for i in cued if not self._medicines.has(batch.words[i]))
        suspects += self._signs.find(look, accepted)
        suspects.sort()
        self._again(look, suspects, accepted)
        self._mask(look, accepted)
        complete_names(batch, self._lexicon, self._strictness)
        return suspects

    def unexplained(self, batch: Batch, suspects: list[int]) -> list[int]:
        """Words for the model to look at: suspects still uncovered, and capitals that nothing explains."""
        look = Look(batch, self._lexicon)
        left = [i for i in suspects if look.is_open(i) and self._is_unexplained(look, i)]
        return left + self._odd_capitals(look)

    def _precedents(self, batch: Batch) -> frozenset[int]:
        found: set[int] = set()
        for match in _PRECEDENT.finditer(batch.ascii):
            found.update(range(batch.word_at(match.start()), batch.word_at(match.end() - 1) + 1))
        return frozenset(found)

    def _odd_capitals(self, look: Look) -> list[int]:
        """Ordinary words whose capital nothing explains: Phoenix; Wellington at the start of a sentence."""
        batch, readable, frequent = look.batch, self._lexicon.readable, self._lexicon.frequent
        odd = []
        for match in _ODD.finditer(batch.cased):
            i = batch.word_at(match.start())
            word = batch.words[i]
            if word in readable or not look.is_open(i) or self._medicines.has(word):
                continue
            if look.telling_capital(i) or (word not in frequent and not look.caseless(i)):
                odd.append(i)
        return odd

    def _stands_alone(self, look: Look, i: int) -> bool:
        word, batch = look.batch.words[i], look.batch
        if self._strict:
            return stands_alone(look, self._lexicon, i)
        if word in self._lexicon.both:
            return False
        if word in self._lexicon.names:
            return look.caseless(i) or batch.is_capital(i)
        if look.caseless(i) or not batch.is_capital(i):
            return False
        return look.telling_capital(i) and not (batch.is_upper(i) and len(word) <= 6)

    def _after_cues(self, look: Look, accepted: set[int]) -> None:
        batch, lexicon = look.batch, self._lexicon
        for i in batch.having(CUE):
            j = i + 1
            if (
                j >= len(batch.words)
                or not batch.words[j]
                or batch.gaps[j] not in (" ", ". ", ", ", ".", ": ")
            ):
                continue
            if batch.words[i] in lexicon.honorifics:
                loose = batch.words[i] in _ALWAYS
                self._follow(look, j, accepted, loose=loose)
            elif batch.gaps[j] in (" ", ": ") or (
                batch.gaps[j] == ", " and batch.words[j] not in lexicon.plain
            ):
                self._follow(look, j, accepted, loose=False)

    def _follow(self, look: Look, j: int, accepted: set[int], *, loose: bool) -> None:
        """Take the words from *j* on that can be a name after a cue; *loose* takes the first in any case."""
        batch, lexicon = look.batch, self._lexicon
        for k in range(j, min(j + _LONGEST_NAME, len(batch.words))):
            word = batch.words[k]
            if not look.is_open(k) or (k > j and batch.gaps[k] not in BESIDE):
                return
            caseless = look.caseless(k)
            first = k == j
            if word in lexicon.plain:
                capital = not caseless and look.telling_capital(k)
                institutional = word in lexicon.institutional and word not in lexicon.function_words
                alone = k + 1 >= len(batch.words) or not batch.is_capital(k + 1) or batch.gaps[k + 1] != " "
                if (
                    first
                    and loose
                    and (caseless or batch.is_capital(k))
                    and (self._strict or not (caseless and institutional))
                ) or (first and capital and not institutional and alone and len(word) > 1):
                    accepted.add(k)
                elif not (word in lexicon.particles and not first):
                    return
            elif caseless or batch.is_capital(k):
                judge = first and batch.words[k - 1] == "judge" and word not in lexicon.function_words
                if word in lexicon.both and caseless and not (first and (loose or judge)):
                    return
                accepted.add(k)
            else:
                return

    def _beside_names(self, look: Look, suspects: list[int], accepted: set[int]) -> None:
        """A suspect beside a name is one too; forwards and backwards, to carry along a whole name."""
        for order in (suspects, suspects[::-1]):
            for i in order:
                if i in accepted:
                    continue
                if not (look.caseless(i) or look.batch.is_capital(i)):
                    continue
                both = look.caseless(i) and look.batch.words[i] in self._lexicon.both
                if both and not self._strict:
                    continue
                if any(look.is_name(j, accepted) for j in look.beside(i, commas=not both)):
                    accepted.add(i)

    def _again(self, look: Look, suspects: list[int], accepted: set[int]) -> None:
        """What was a name once in a text is one again."""
        seen = {(look.batch.text_of(look.batch.starts[i]), look.batch.words[i]) for i in accepted}
        for i in suspects:
            if i in accepted or not (look.caseless(i) or look.batch.is_capital(i)):
                continue
            if look.batch.words[i] in self._lexicon.both and look.caseless(i):
                continue
            if (look.batch.text_of(look.batch.starts[i]), look.batch.words[i]) in seen:
                accepted.add(i)

    def _mask(self, look: Look, accepted: set[int]) -> None:
        batch = look.batch
        for i in sorted(accepted):
            score = 0.6 if look.batch.words[i] in self._lexicon.both else 0.7
            entity = "PLACE" if look.follows_place_cue(i) else "PERSON"
            batch.add(Hit(batch.starts[i], batch.end(i), entity, "unknown.vocabulary", score))

    def _is_unexplained(self, look: Look, i: int) -> bool:
        if look.caseless(i):
            return True
        if look.batch.is_capital(i):
            return True
        return look.batch.words[i] not in self._lexicon.both
