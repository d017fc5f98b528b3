"""Which words are ordinary, which are names, which are both.

From three packages: the lower-case entries of Webster's Second (``english-words``, public domain), word
frequencies of film subtitles in English and Spanish (``pyspellchecker``, MIT), and the given names and
surnames of the 1990 US census (``names``, public domain). A word that is also a name counts as a name when
the census has it far more often, in proportion, than the subtitles have the word.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from shield1367.errors import ConfigError, Problem
from shield1367.redaction.text.fold import fold_value

DATA = Path(__file__).parent / "data" / "vocabulary.yaml"
# Subtitle occurrences that outweigh one percent of census bearers ("grace" is a word, "mary" is a name).
_WORD_PER_PERCENT = 20_000
# Census frequency (percent) from which a word is also a name.
_ALSO_NAME = 0.003
_FREQUENT = 1000
# Met so often that a known name needs a sign; twice as often where the census has the name too.
_EVERYDAY = 4000
_EVERYDAY_NAME = 20_000
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "r",
    "est",
    "ness",
    "able",
    "al",
    "ally",
    "ment",
    "ments",
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
        country_parts: two words that are a country together and a name alone: "costa rica".
        digest: hash of everything above.
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


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Build the lexicon once per process (about half a second).

    Raises:
        ConfigError: one of the packages is not installed.
    """
    own: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    sets = {key: frozenset(value.split()) for key, value in own.items() if isinstance(value, str)}
    countries = sets["countries"] | sets["us_states"]
    english, spanish = _subtitles("en"), _subtitles("es")
    web = {word for word in _words() if word.islower()}
    given, family = _census("dist.female.first", "dist.male.first"), _census("dist.all.last")

    plain = set(sets["institutional"] | countries | sets["function_words"])
    both: set[str] = set()
    names: set[str] = set()
    for word, count in english.items():
        bearers = max(given.get(word, 0.0), family.get(word, 0.0))
        known = word in web or _inflected(word, web) or (count >= 2000 and word not in given)
        if known and count > _WORD_PER_PERCENT * bearers:
            (both if bearers >= _ALSO_NAME else plain).add(word)
        elif bearers or not known:
            names.add(word)
    for word, count in spanish.items():
        if word not in english and fold_value(word) not in plain:
            folded = fold_value(word)
            bearers = max(given.get(folded, 0.0), family.get(folded, 0.0))
            if count <= _WORD_PER_PERCENT * bearers:
                names.add(folded)
            else:
                (both if bearers else plain).add(folded)
    # Rare words of the dictionary; short ones are as often foreign names.
    plain |= {
        word
        for word in web
        if len(word) >= 6 and word not in names and word not in given and word not in family
    }
    names |= {word for word in (*given, *family) if word not in both and word not in plain}
    both -= names
    plain -= both | names
    plain |= sets["institutional"] | countries
    both -= plain
    everyday = (
        frozenset(word for word in _usual(english, _EVERYDAY) if word in plain)
        | frozenset(word for word in _usual(english, _EVERYDAY_NAME) if word in both)
        | sets["institutional"]
        | sets["function_words"]
        | countries
    )
    spanish_everyday = frozenset(
        folded
        for word, count in spanish.items()
        if (folded := fold_value(word)) and count >= (_EVERYDAY_NAME if folded in both else _EVERYDAY)
    )
    digest = hashlib.sha256()
    for words in (plain, both, names):
        digest.update("\n".join(sorted(words)).encode())
    digest.update(json.dumps(own, sort_keys=True).encode())
    return Lexicon(
        plain=frozenset(plain),
        both=frozenset(both),
        names=frozenset(names - plain - both),
        institutional=sets["institutional"] | countries,
        countries=countries,
        frequent=frozenset(word for word, count in english.items() if count >= _FREQUENT and word in plain)
        | frozenset(fold_value(word) for word, count in spanish.items() if count >= _FREQUENT)
        | sets["institutional"]
        | countries,
        function_words=sets["function_words"],
        everyday=everyday,
        spanish=spanish_everyday - everyday - {*_usual(english, _FREQUENT)},
        also_names=sets["also_names"],
        spanish_markers=sets["spanish_markers"],
        country_parts=frozenset(own["country_parts"]),
        honorifics=sets["honorifics"],
        name_cues=sets["name_cues"],
        particles=sets["particles"],
        suffixes=sets["suffixes"],
        state_codes=sets["state_codes"],
        calendar=sets["calendar"],
        calendar_spanish=sets["calendar_spanish"],
        place_cues=sets["place_cues"],
        nicknames={name: tuple(forms) for name, forms in own["nicknames"].items()},
        digest=digest.hexdigest(),
    )


def _usual(counts: dict[str, int], least: int) -> Iterator[str]:
    return (word for word, count in counts.items() if count >= least)


def _inflected(word: str, web: set[str]) -> bool:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if stem in web or stem + "e" in web or (stem[-1] == "i" and stem[:-1] + "y" in web):
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in web:
                return True
    return False


def _subtitles(language: str) -> dict[str, int]:
    path = _package("spellchecker", "pyspellchecker") / "resources" / f"{language}.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    return counts


def _words() -> set[str]:
    _package("english_words", "english-words")
    words: set[str] = importlib.import_module("english_words").get_english_words_set(["web2"], alpha=True)
    return words


def _census(*files: str) -> dict[str, float]:
    percent: dict[str, float] = {}
    for file in files:
        for line in (_package("names", "names") / file).read_text(encoding="ascii").splitlines():
            name, share, *_ = line.split()
            percent[name.lower()] = max(float(share), percent.get(name.lower(), 0.0))
    return percent


def _package(module: str, distribution: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ConfigError([Problem("requirements.txt", distribution, "the word list is not installed")])
    return Path(spec.origin).parent
