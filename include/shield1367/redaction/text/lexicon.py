"""Which words are ordinary, which are names, which are both.

A word that is also a name counts as a name when the census has it far more often, in proportion, than the
subtitles have the word. :mod:`shield1367.redaction.text.wordlists` says where the lists come from.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from shield1367.redaction.text.wordlists import WordLists, read_word_lists

DATA = Path(__file__).parent / "data" / "vocabulary.yaml"
# Subtitle occurrences that outweigh one percent of census bearers ("grace" is a word, "mary" is a name).
_WORD_PER_PERCENT = 20_000
# Census frequency (percent) from which a word is also a name.
_ALSO_NAME = 0.003
# From which a word that is usual in narratives is one of those that need a sign.
_EVER_NAME = 0.001
_FREQUENT = 1000
# Occurrences below which a word is rare; of words up to four letters more are names.
_RARE: Final = (1000, 4000)
# Met so often that a known name needs a sign; twice as often where the census has the name too.
_EVERYDAY = 4000
_EVERYDAY_NAME = 20_000
# In English without the dictionary, words of Spanish this often and more are Spanish.
_SPANISH_WORD = 200
# Of the most frequent words, the verbs that are given names.
_VERBS: Final = frozenset({"can", "may", "said", "will"})
_ENDINGS: Final = (
    "s", "es", "ed", "d", "ing", "ly", "er", "ers", "r", "est", "ness", "able", "al", "ally", "ment", "ments",
)  # fmt: skip
# How words end that are rare but no name: what English makes of other words.
_MADE: Final = re.compile(
    r".{2,}(?:[ts]ions?|ments?|[ai]ble|[ai]bility|ities|ity|ness|ous|ive|ively|ings?|ed|ly|ism|ists?|ate[sd]?|i[sz]e[sd]?"
    r"|less|ful|fully|ology|ic|ical|als?|ally|ants?|ents?|[ae]nces?|[ae]ncy|ship|ures?|[ao]ry|ers?|ors?|ees?|ified|fy|ual"
    r"|cy|wise|work|ward|hood|time|out|up|s|ado|ada|ados|adas|ando|iendo|aba|aban|ieron|aron|cion|ciones|mente|dad|ar|ir)"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of folded, lower-case words.

    Attributes:
        plain: words that are no name, whatever their case.
        both: ordinary words that are also names.
        names: words that are, as a rule, names.
        institutional: words that stay readable: agencies, roles, countries, states, weekdays, months.
        countries: countries, states and their adjectives.
        frequent: words met often enough that a capital at the start of a sentence needs no other explanation.
        function_words: the most frequent words; as names only with a capital.
        everyday: words so usual in English that even a known name among them needs a sign that it is meant.
        spanish: the same in Spanish only; in an English sentence a known name among them is a name.
        spanish_markers: frequent Spanish words that are in no name.
        also_names: institutional words that are given names as often.
        open: ordinary words that strict masks: names as well, or so rare that a narrative hardly uses them.
        weak: words that narratives use all the time and that are names as well; a name with a sign only.
        usual: what narratives use all the time.
        readable: what stays so though a capital is on it: institutional words, medicines, usual words but names.
        spanish_only: words that only Spanish uses; in an English sentence strict takes them for names.
        given, family: whatever anybody is called by, in the census or elsewhere.
        beside_names: of the weak and the readable words, those that belong to a name right beside one.
        speech, kin, pronouns, determiners, loose_cues: words that tell what stands beside them.
        medicines: names of medicines, which stay readable.
        country_parts: two words that are a country together and a name alone: "costa rica".
        digest: hash of the table that this package has of its own.
    """

    plain: frozenset[str]
    both: frozenset[str]
    names: frozenset[str]
    institutional: frozenset[str]
    countries: frozenset[str]
    frequent: frozenset[str]
    function_words: frozenset[str]
    everyday: frozenset[str]
    spanish: frozenset[str]
    spanish_markers: frozenset[str]
    also_names: frozenset[str]
    country_parts: frozenset[str]
    open: frozenset[str]
    weak: frozenset[str]
    usual: frozenset[str]
    readable: frozenset[str]
    medicines: frozenset[str]
    spanish_only: frozenset[str]
    given: frozenset[str]
    family: frozenset[str]
    beside_names: frozenset[str]
    short_names: frozenset[str]
    pronouns: frozenset[str]
    determiners: frozenset[str]
    speech: frozenset[str]
    kin: frozenset[str]
    loose_cues: frozenset[str]
    spanish_words: frozenset[str]
    street_words: frozenset[str]
    medicine_stems: frozenset[str]
    honorifics: frozenset[str]
    name_cues: frozenset[str]
    particles: frozenset[str]
    suffixes: frozenset[str]
    state_codes: frozenset[str]
    calendar: frozenset[str]
    calendar_spanish: frozenset[str]
    place_cues: frozenset[str]
    nicknames: dict[str, tuple[str, ...]]
    digest: str

    def is_ordinary(self, word: str) -> bool:
        """Whether *word* means something besides a name."""
        return word in self.plain or word in self.both

    def is_common(self, word: str) -> bool:
        """Whether *word* is met so often that, as a known name, it needs a sign that a name is meant.

        Rare words (a verb form that is also somebody's given name) do not: masking one costs little.
        """
        return word in self.frequent or word in self.both

    def is_done(self, word: str) -> bool:
        """Whether *word* is what somebody has said or done, by the speech verbs and by how a past ends."""
        return word in self.speech or (len(word) > 3 and word.endswith("ed"))

    def can_be_called(self, word: str, *, given: bool) -> bool:
        """Whether *word*, of somebody's name, can be that person by its place in a sentence alone.

        A *given* name can, but for the smallest words; a family name that is no verb has a title or a name before it.
        """
        return word in _VERBS or (given and not (word in self.function_words or word in self.determiners))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Build the lexicon once per process (about half a second).

    Raises:
        ConfigError: one of the packages is not installed.
    """
    own: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    sets = {key: frozenset(value.split()) for key, value in own.items() if isinstance(value, str)}
    lists = read_word_lists()
    countries = sets["countries"] | sets["us_states"]
    fixed = sets["institutional"] | countries
    usual = sets["narrative_words"] | sets["spanish_words"]
    medicines = _medicines(lists, own)
    plain, both, names = _sorted_out(lists, fixed | sets["function_words"], usual, medicines)
    frequent = _frequent(lists, plain) | fixed
    everyday = _everyday(lists, plain, both) | fixed | sets["function_words"]
    spanish = frozenset(
        word
        for word, count in lists.spanish.items()
        if count >= (_EVERYDAY_NAME if word in both else _EVERYDAY)
    )
    spanish_only = frozenset(
        word
        for word in (lists.spanish.keys() & plain) - lists.dictionary - lists.elsewhere
        if lists.english.get(word, 0) * 4 < lists.spanish[word]
    )
    kept = fixed | sets["function_words"] | usual | medicines
    return Lexicon(
        plain=plain,
        both=both,
        names=names,
        institutional=fixed,
        countries=countries,
        frequent=frequent,
        everyday=everyday,
        spanish=spanish - everyday - _usual(lists.english, _FREQUENT),
        country_parts=frozenset(own["country_parts"]),
        open=(_open(lists, plain, both) | spanish_only) - kept,
        usual=usual,
        readable=fixed | medicines | (usual.difference(lists.bearers) - lists.elsewhere),
        medicines=medicines,
        spanish_only=spanish_only,
        given=lists.given | lists.elsewhere,
        family=frozenset(lists.bearers) | lists.elsewhere,
        weak=_weak(lists, plain | both, kept) | sets["calendar"] | sets["beside_names"],
        nicknames={name: tuple(forms) for name, forms in own["nicknames"].items()},
        digest=hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest(),
        **{key: sets[key] for key in _TAKEN},
    )


# Tables of the file that are taken as they stand.
_TAKEN: Final = (
    "function_words", "spanish_markers", "also_names", "honorifics", "name_cues", "particles", "suffixes",
    "state_codes", "calendar", "calendar_spanish", "place_cues", "beside_names", "short_names", "pronouns",
    "determiners", "speech", "kin", "loose_cues", "spanish_words", "street_words", "medicine_stems",
)  # fmt: skip

Words = frozenset[str]


def _sorted_out(
    lists: WordLists, fixed: Words, narrative: Words, medicines: Words
) -> tuple[Words, Words, Words]:
    """Plain words, words that are both, and names."""
    plain, both, names = set(fixed), set[str](), set[str]()
    for word, count in lists.english.items():
        bearers = lists.bearers.get(word, 0.0)
        known = _is_word(lists, word, count)
        if known and count > _WORD_PER_PERCENT * bearers:
            (both if bearers >= _ALSO_NAME else plain).add(word)
        elif bearers or not known:
            names.add(word)
    for word, count in lists.spanish.items():
        if word in lists.english or word in plain:
            continue
        bearers = lists.bearers.get(word, 0.0)
        if count <= _WORD_PER_PERCENT * bearers:
            names.add(word)
        else:
            (both if bearers else plain).add(word)
    # Rare words of the dictionary; short ones are as often foreign names.
    plain |= {w for w in lists.dictionary if len(w) >= 6 and w not in names and w not in lists.bearers}
    names |= {w for w in lists.bearers if w not in both and w not in plain}
    both -= names
    plain -= both | names
    plain |= fixed | medicines | (narrative - both)
    both -= plain
    return frozenset(plain), frozenset(both), frozenset(names - plain - both)


def _is_word(lists: WordLists, word: str, count: int) -> bool:
    """Whether a word of the English subtitles is one, of English or of Spanish, and not somebody's name."""
    if word in lists.dictionary or _inflected(word, lists.dictionary):
        return True
    if count >= 2000 and word not in lists.given:
        return True
    return lists.spanish.get(word, 0) >= max(_SPANISH_WORD, 4 * count)


def _medicines(lists: WordLists, own: dict[str, Any]) -> Words:
    """Listed medicines, and words of the lists that end like one; not those anybody is called by."""
    stems = tuple(own["medicine_stems"].split())
    ending = {w for w in lists.dictionary.union(lists.english) if len(w) >= 8 and w.endswith(stems)}
    return frozenset(
        w for w in lists.medicines | ending if w not in lists.bearers and w not in lists.elsewhere
    )


def _frequent(lists: WordLists, plain: Words) -> Words:
    return (_usual(lists.english, _FREQUENT) & plain) | _usual(lists.spanish, _FREQUENT)


def _everyday(lists: WordLists, plain: Words, both: Words) -> Words:
    return (_usual(lists.english, _EVERYDAY) & plain) | (_usual(lists.english, _EVERYDAY_NAME) & both)


def _open(lists: WordLists, plain: Words, both: Words) -> Words:
    """Words that are names as well, and words so rare, and so unlike what English makes of words, that they may be."""
    usual = _usual(lists.spanish, _FREQUENT)
    return frozenset(
        word
        for word in plain | both
        if word in lists.elsewhere
        or lists.bearers.get(word, 0.0) >= _ALSO_NAME
        or word in both
        or (
            lists.english.get(word, 0) < _RARE[len(word) <= 4]
            and word not in usual
            and not _MADE.fullmatch(word)
        )
    )


def _weak(lists: WordLists, words: Words, kept: Words) -> Words:
    return frozenset(
        w for w in words & kept if lists.bearers.get(w, 0.0) >= _EVER_NAME or w in lists.elsewhere
    )


def _usual(counts: dict[str, int], least: int) -> Words:
    return frozenset(word for word, count in counts.items() if count >= least)


def _inflected(word: str, dictionary: Words) -> bool:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if stem in dictionary or stem + "e" in dictionary:
                return True
            if stem[-1] == "i" and stem[:-1] + "y" in dictionary:
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in dictionary:
                return True
    return False
