"""Names nobody told us: what no dictionary knows is a name until shown otherwise.

How a word counts: *name* (the census knows it, hardly anybody uses it otherwise), *unknown* (nothing knows
it), *both* (Grace, Young), *plain*. A capital says little at the start of a sentence, and nothing in a text
that is all capitals or has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from shield1367.config.text import Strictness
from shield1367.redaction.text.batch import Batch, Case, Hit
from shield1367.redaction.text.kinds import ALPHABETIC, CUE, PLAIN
from shield1367.redaction.text.lexicon import Lexicon

_BESIDE = re.compile(r"(?: |, | - |-|'|\. |\n|_|\.)\Z")
_ODD = re.compile(r"(?<![^\W_])[A-Z][a-z]")
# A precedent is public, and named after its respondent: "Matter of Acosta, 19 I&N Dec. 211".
_PRECEDENT = re.compile(r"(?:matter of|in re) [^\d,.;\x1e\x1f]{2,40}, \d{1,2} i ?& ?n")
_CONTRACTED = frozenset(["t", "s", "re", "ve", "ll", "d", "m", "em"])
# After these, whatever the case, a name follows; the other honorifics are words as well.
_ALWAYS = frozenset({"mr", "mrs", "ms", "mx", "sra", "srta", "senora", "senorita", "dr"})
_LONGEST_NAME = 4
# Particles that are words of neither English nor Spanish.
_FOREIGN = frozenset({"da", "dos", "van", "von", "der", "den", "di", "ibn", "bint"})
_INSIDE = (" ", ". ", ".", "-", "'", ", ")


class Unknown:
    """Finds words that must be names; one object per strictness, without state between batches."""

    def __init__(self, lexicon: Lexicon, strictness: Strictness) -> None:
        self._lexicon = lexicon
        self._strict = strictness is Strictness.STRICT

    def find(self, batch: Batch) -> list[int]:
        """Add the names and return the words that were suspected."""
        view = _View(batch, self._lexicon)
        suspects = [i for i in batch.having(ALPHABETIC, but=PLAIN, openly=True) if view.is_open(i)]
        public = self._precedents(batch)
        if public:
            suspects = [i for i in suspects if i not in public]
        accepted = {i for i in suspects if self._stands_alone(view, i)}
        if self._strict:
            alone = [
                i for i in self._odd_capitals(view) if view.telling_capital(i) and not view.in_title_phrase(i)
            ]
            accepted.update(i for i in alone if not public or i not in public)
        self._after_cues(view, accepted)
        self._beside_names(view, suspects, accepted)
        self._again(view, suspects, accepted)
        self._mask(view, accepted)
        complete_names(batch, self._lexicon)
        return suspects

    def unexplained(self, batch: Batch, suspects: list[int]) -> list[int]:
        """Words for the model to look at: suspects still uncovered, and capitals that nothing explains."""
        view = _View(batch, self._lexicon)
        left = [i for i in suspects if view.is_open(i) and self._is_unexplained(view, i)]
        return left + self._odd_capitals(view)

    def _precedents(self, batch: Batch) -> frozenset[int]:
        found: set[int] = set()
        for match in _PRECEDENT.finditer(batch.lower):
            found.update(range(batch.word_at(match.start()), batch.word_at(match.end() - 1) + 1))
        return frozenset(found)

    def _odd_capitals(self, view: _View) -> list[int]:
        """Ordinary words whose capital nothing explains: Phoenix; Wellington at the start of a sentence."""
        batch, institutional, frequent = view.batch, self._lexicon.institutional, self._lexicon.frequent
        odd = []
        for match in _ODD.finditer(batch.cased):
            i = batch.word_at(match.start())
            word = batch.words[i]
            if word in institutional or not view.is_open(i):
                continue
            if view.telling_capital(i) or (word not in frequent and not view.caseless(i)):
                odd.append(i)
        return odd

    def _stands_alone(self, view: _View, i: int) -> bool:
        word, batch = batch_word(view, i), view.batch
        if word in self._lexicon.both:
            return self._strict and view.telling_capital(i) and not view.in_title_phrase(i)
        if self._strict:
            return True
        if word in self._lexicon.names:
            return view.caseless(i) or batch.is_capital(i)
        if view.caseless(i) or not batch.is_capital(i):
            return False
        return view.telling_capital(i) and not (batch.is_upper(i) and len(word) <= 6)

    def _after_cues(self, view: _View, accepted: set[int]) -> None:
        batch, lexicon = view.batch, self._lexicon
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
                self._follow(view, j, accepted, loose=loose)
            elif batch.gaps[j] in (" ", ": ") or (
                batch.gaps[j] == ", " and batch.words[j] not in lexicon.plain
            ):
                self._follow(view, j, accepted, loose=False)

    def _follow(self, view: _View, j: int, accepted: set[int], *, loose: bool) -> None:
        """Take the words from *j* on that can be a name after a cue; *loose* takes the first in any case."""
        batch, lexicon = view.batch, self._lexicon
        for k in range(j, min(j + _LONGEST_NAME, len(batch.words))):
            word = batch.words[k]
            if not view.is_open(k) or (k > j and not _BESIDE.match(batch.gaps[k])):
                return
            caseless = view.caseless(k)
            first = k == j
            if word in lexicon.plain:
                capital = not caseless and view.telling_capital(k)
                institutional = word in lexicon.institutional and word not in lexicon.function_words
                alone = k + 1 >= len(batch.words) or not batch.is_capital(k + 1) or batch.gaps[k + 1] != " "
                if (
                    first and loose and (caseless or batch.is_capital(k)) and not (caseless and institutional)
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

    def _beside_names(self, view: _View, suspects: list[int], accepted: set[int]) -> None:
        """A suspect beside a name is one too; forwards and backwards, to carry along a whole name."""
        for order in (suspects, suspects[::-1]):
            for i in order:
                if i in accepted:
                    continue
                if not (view.caseless(i) or view.batch.is_capital(i)):
                    continue
                both = view.caseless(i) and batch_word(view, i) in self._lexicon.both
                if both and not self._strict:
                    continue
                if any(view.is_name(j, accepted) for j in view.beside(i, commas=not both)):
                    accepted.add(i)

    def _again(self, view: _View, suspects: list[int], accepted: set[int]) -> None:
        """What was a name once in a text is one again."""
        seen = {(view.batch.text_of(view.batch.starts[i]), batch_word(view, i)) for i in accepted}
        for i in suspects:
            if i in accepted or not (view.caseless(i) or view.batch.is_capital(i)):
                continue
            if batch_word(view, i) in self._lexicon.both and view.caseless(i):
                continue
            if (view.batch.text_of(view.batch.starts[i]), batch_word(view, i)) in seen:
                accepted.add(i)

    def _mask(self, view: _View, accepted: set[int]) -> None:
        batch = view.batch
        for i in sorted(accepted):
            score = 0.6 if batch_word(view, i) in self._lexicon.both else 0.7
            entity = "PLACE" if view.follows_place_cue(i) else "PERSON"
            batch.add(Hit(batch.starts[i], batch.end(i), entity, "unknown.vocabulary", score))

    def _is_unexplained(self, view: _View, i: int) -> bool:
        if view.caseless(i):
            return True
        if view.batch.is_capital(i):
            return True
        return batch_word(view, i) not in self._lexicon.both


def complete_names(batch: Batch, lexicon: Lexicon) -> None:
    """Grow findings of people by their initials and particles: "J. García", "de la Cruz"."""
    names = [hit for hit in batch.hits if hit.entity == "PERSON" or hit.rule == "unknown.vocabulary"]
    named = bytearray(len(batch.covered))
    for hit in names:
        named[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    for hit in names:
        first, last = batch.word_at(hit.start), batch.word_at(hit.end - 1)
        before = first - 1
        while (
            before >= 0
            and first - before <= 3
            and batch.gaps[before + 1] in _INSIDE
            and _belongs(batch, before, lexicon)
        ):
            hit.start = batch.starts[before]
            before -= 1
        after = last + 1
        while after < len(batch.words) and after - last <= 2 and _ends_name(batch, after, lexicon):
            hit.end = batch.end(after)
            hit.end += batch.lower[hit.end : hit.end + 1] == "." and len(batch.words[after]) == 1
            after += 1
        bridge = last + 1
        while bridge < len(batch.words) and bridge - last <= 4 and batch.gaps[bridge] in _INSIDE:
            if batch.covered[batch.starts[bridge]] if batch.words[bridge] else False:
                # Only to another name: reaching into a number would make one finding of the two.
                if named[batch.starts[bridge]]:
                    hit.end = max(hit.end, batch.starts[bridge] + 1)
                break
            inside = batch.words[bridge] in lexicon.particles or batch.words[bridge] in lexicon.countries
            if not (inside or _is_initial(batch, bridge)):
                break
            bridge += 1
        batch.covered[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)


def _belongs(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether the word before a name is part of it."""
    spoken = batch.words[word]
    if not spoken or batch.covered[batch.starts[word]]:
        return False
    if _is_initial(batch, word):
        return True
    if len(spoken) < 2 or not spoken.isalpha():
        return False
    gap = batch.gaps[word + 1]
    if spoken in lexicon.particles:
        return gap in (" ", "-", "'") and _leads(batch, word, lexicon)
    return _goes_with(batch, word, lexicon, neighbour=word + 1, gap=gap)


def _ends_name(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether the word after a name is part of it."""
    spoken = batch.words[word]
    if not spoken or batch.covered[batch.starts[word]]:
        return False
    gap = batch.gaps[word]
    if gap in (" ", ", ") and _is_initial(batch, word):
        return True
    if len(spoken) < 2 or not spoken.isalpha():
        return False
    return _goes_with(batch, word, lexicon, neighbour=word - 1, gap=gap)


def _leads(batch: Batch, word: int, lexicon: Lexicon) -> bool:
    """Whether a particle opens the name after it: "da Mata", "DE LA GARZA", "Ms. de León"; not "hija de León"."""
    if batch.words[word] in _FOREIGN or batch.gaps[word + 1] == "-":
        return True
    if batch.is_capital(word):
        caseless = batch.case_of(word) is not Case.MIXED or batch.is_upper(word + 1)
        return caseless or not batch.opens_sentence(word)
    before = word - 1
    while before >= 0 and batch.words[before] in lexicon.particles and batch.gaps[before + 1] == " ":
        before -= 1
    return before >= 0 and batch.words[before] in lexicon.honorifics


def _goes_with(batch: Batch, word: int, lexicon: Lexicon, *, neighbour: int, gap: str) -> bool:
    """Whether an ordinary word right beside a name belongs to it: "Judge He Jing", "Sunday Pope", "Zhong Ni"."""
    spoken = batch.words[word]
    named = (
        spoken not in lexicon.institutional or spoken in lexicon.function_words or spoken in lexicon.calendar
    )
    if batch.case_of(word) is not Case.MIXED:
        return gap in (" ", "-") and named and spoken not in lexicon.frequent
    if not batch.is_capital(word):
        return False
    if gap == "-":
        return True
    if batch.is_upper(word):
        # "ASENSO, AKWASI" within an ordinary sentence.
        return (
            gap in (" ", ", ")
            and named
            and batch.is_upper(neighbour)
            and spoken not in lexicon.function_words
        )
    telling = not batch.opens_sentence(word)
    return gap == " " and telling and (named or spoken in lexicon.countries)


def _is_initial(batch: Batch, word: int) -> bool:
    """A single letter that stands for a name."""
    letter = batch.words[word]
    if len(letter) != 1 or not letter.isalpha() or batch.covered[batch.starts[word]]:
        return False
    dotted = batch.gaps[word + 1].startswith(".")
    return dotted or (batch.is_capital(word) and letter not in ("a", "i"))


def batch_word(view: _View, i: int) -> str:
    """The word at index *i*."""
    return view.batch.words[i]


class _View:
    """A batch with the questions the rules ask of it."""

    def __init__(self, batch: Batch, lexicon: Lexicon) -> None:
        self.batch = batch
        self._lexicon = lexicon

    def is_open(self, i: int) -> bool:
        """Whether a word is letters, two or more, no tail of a contraction, and not covered yet."""
        batch = self.batch
        word = batch.words[i]
        if len(word) < 2 or not word.isalpha() or batch.covered[batch.starts[i]]:
            return False
        if batch.gaps[i] == "'" and word in _CONTRACTED:
            return False
        if (
            len(word) == 2
            and word in self._lexicon.state_codes
            and batch.is_upper(i)
            and batch.gaps[i] in (", ", ",")
        ):
            return False
        # "don't": "don" is the verb.
        return not (batch.gaps[i + 1] == "'" and i + 1 < len(batch.words) and batch.words[i + 1] == "t")

    def caseless(self, i: int) -> bool:
        """Whether case tells nothing here: the text has no capitals, or the words around are all capitals."""
        batch = self.batch
        if batch.case_of(i) is not Case.MIXED:
            return True
        return (
            batch.is_upper(i)
            and sum(batch.is_upper(j) for j in range(max(0, i - 2), min(len(batch.words), i + 3))) >= 4
        )

    def telling_capital(self, i: int) -> bool:
        """A capital that neither the start of a sentence nor a caseless text explains."""
        return not self.caseless(i) and self.batch.is_capital(i) and not self.batch.opens_sentence(i)

    def in_title_phrase(self, i: int) -> bool:
        """Whether an ordinary capitalised word stands right beside: "Field Office", "Grace Period"."""
        batch = self.batch
        return any(
            batch.words[j] in self._lexicon.plain
            and batch.is_capital(j)
            and not (j < i and batch.opens_sentence(j))
            for j in self.beside(i)
        )

    def beside(self, i: int, *, commas: bool = True) -> Iterable[int]:
        """The words right before and after, when nothing ends a sentence between."""
        batch = self.batch
        for j in (i - 1, i + 1):
            if not 0 <= j < len(batch.words) or not batch.words[j]:
                continue
            gap = batch.gaps[max(i, j)]
            if _BESIDE.match(gap) and (commas or gap != ", ") and not batch.opens_sentence(max(i, j)):
                yield j

    def is_name(self, j: int, accepted: set[int]) -> bool:
        """Whether a word was taken for a name, or lies in something found before that is one."""
        return j in accepted or j in self.batch_names

    @property
    def batch_names(self) -> frozenset[int]:
        """Words inside findings of people."""
        if self._names is None:
            batch = self.batch
            names = set()
            for hit in batch.hits:
                if hit.entity == "PERSON":
                    word = batch.word_at(hit.start)
                    while word < len(batch.words) and batch.starts[word] < hit.end:
                        names.add(word)
                        word += 1
            self._names = frozenset(names)
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
