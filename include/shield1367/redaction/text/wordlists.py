"""The word lists behind the lexicon: three packages, and two tables of this one.

Webster's Second (``english-words``, public domain), word frequencies of film subtitles in English and Spanish
(``pyspellchecker``, MIT), given names and surnames of the 1990 US census (``names``, public domain); the words
that Faker's name lists share with the dictionaries (MIT), and names of medicines (US government, public domain).
"""

from __future__ import annotations

import gzip
import importlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from shield1367.errors import ConfigError, Problem
from shield1367.redaction.text.fold import fold_value

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists as they are, folded to lower case.

    Attributes:
        english: word → occurrences in English subtitles; ``spanish`` likewise.
        dictionary: the lower-case entries of Webster's Second.
        given: given names of the census.
        bearers: name → percent of the census that is called so, as given or as family name, whichever is more.
        elsewhere: words of the dictionaries that are names in one of Faker's locales.
        medicines: names of medicines, without their dose.
    """

    english: dict[str, int]
    spanish: dict[str, int]
    dictionary: frozenset[str]
    given: frozenset[str]
    bearers: dict[str, float]
    elsewhere: frozenset[str]
    medicines: frozenset[str]


def read_word_lists() -> WordLists:
    """Read all lists.

    Raises:
        ConfigError: one of the packages is not installed.
    """
    given = _census("dist.female.first", "dist.male.first")
    bearers = _census("dist.all.last")
    for name, share in given.items():
        bearers[name] = max(share, bearers.get(name, 0.0))
    spanish: dict[str, int] = {}
    for word, count in _subtitles("es").items():
        folded = word if word.isascii() else fold_value(word)
        spanish[folded] = max(count, spanish.get(folded, 0))
    return WordLists(
        english=_subtitles("en"),
        spanish=spanish,
        dictionary=frozenset(word for word in _dictionary() if word.islower()),
        given=frozenset(given),
        bearers=bearers,
        elsewhere=_table("name_words.txt"),
        medicines=_table("medicines.txt"),
    )


def _table(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _subtitles(language: str) -> dict[str, int]:
    path = _package("spellchecker", "pyspellchecker") / "resources" / f"{language}.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    return counts


def _dictionary() -> set[str]:
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
