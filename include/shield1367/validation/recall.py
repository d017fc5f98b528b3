"""Measured recall: known identifiers of a release's own people, mutated, and what becomes of them.

The mutations are what clerks, scanners and exports do to a name or number; none is taken from the redactor's
list of variants. A trial counts as found only when nothing of the planted words is left in the answer.

Bound: Clopper and Pearson, Biometrika 26 (1934), one-sided at 95 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log1p
from pathlib import Path
from random import Random

from shield1367.config.loading import ConfigModel
from shield1367.identities import Identity
from shield1367.storage import read_json, write_json
from shield1367.validation.audit.distinctive import is_distinctive
from shield1367.validation.audit.folding import fold_value
from shield1367.validation.audit.windows import skeleton

RECALL = "recall.json"
CONFIDENCE = 0.95
_NUMBERS = ("a_number", "receipt_number", "ssn", "fin", "phone", "passport_number")
_NAMED = "name"
_CARRIERS = {
    _NAMED: ("Spoke with {} again today.", "A call came from {} in the afternoon.", "Seen together with {}."),
    "number": ("See file {} for the rest.", "The record {} was read.", "Noted on {} at the desk."),
}
# Shorter runs are left in any text by chance.
_SHORTEST = 4


class MeasuredRecall(ConfigModel):
    """``recall.json`` in the work folder: counts only.

    Attributes:
        narratives: narratives that the release scrubs; *trials* of them got a mutated identifier.
        found: trials of which nothing was left; *by_kind*: mutation → (trials, found).
        at_least: what the profile demands.
    """

    narratives: int
    trials: int
    found: int
    by_kind: dict[str, tuple[int, int]]
    at_least: float

    @property
    def passed(self) -> bool:
        """Whether the share found is what the profile demands; narratives without a trial show nothing."""
        if not self.narratives:
            return True
        return self.trials > 0 and self.found >= self.at_least * self.trials

    @property
    def share(self) -> float:
        """The share of the trials that were found."""
        return self.found / self.trials if self.trials else 0.0

    @property
    def lower(self) -> float:
        """What the recall is at least, with 95 % confidence."""
        return lower_bound(self.found, self.trials)

    def write(self, work: Path) -> Path:
        """Write the figures into the work folder."""
        return write_json(work / RECALL, self.model_dump(mode="json"))

    @classmethod
    def read(cls, work: Path) -> MeasuredRecall:
        """Read the figures back."""
        return cls.model_validate(read_json(work / RECALL))


@dataclass(frozen=True, slots=True)
class Trial:
    """A narrative with something planted in it; *planted* are the folded runs that must be gone."""

    mutation: str
    text: str
    planted: tuple[str, ...]

    def __repr__(self) -> str:
        # The text must not reach a log by way of a traceback.
        return f"Trial({self.mutation})"


def lower_bound(found: int, trials: int) -> float:
    """One-sided exact lower bound of a share."""
    if not found:
        return 0.0
    low, high = 0.0, min(found / trials, 1 - 1e-12)
    # The share at which so many found, or more, would still come by chance once in twenty times.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_least(found, trials, middle) < 1 - CONFIDENCE else (low, middle)
    return low


def _at_least(found: int, trials: int, share: float) -> float:
    """Probability of *found* or more of *trials*; summed in logarithms, so that no factor overflows."""
    whole = lgamma(trials + 1)
    return fsum(
        exp(whole - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(share) + (trials - k) * log1p(-share))
        for k in range(found, trials + 1)
    )


def plant(text: str, people: Sequence[Identity], rng: Random) -> Trial | None:
    """*text* with one mutated identifier of one of *people*, where it stood or in a sentence of its own.

    Returns:
        ``None`` when nobody has an identifier that could be told from ordinary words.
    """
    known = [value for person in people for value in _values(person)]
    names = [(kind, value) for kind, value in known if kind == _NAMED]
    numbers = [(kind, value) for kind, value in known if kind != _NAMED]
    if not known:
        return None
    # As often a name as a number, though a person has more numbers than names.
    kind, value = rng.choice(rng.choice([group for group in (names, numbers) if group]))
    mutations = _NAME_MUTATIONS if kind == _NAMED else _NUMBER_MUTATIONS
    name = rng.choice(sorted(mutations))
    written = mutations[name](value, rng)
    place = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)
    if place:
        whole = text[: place.start()] + written + text[place.end() :]
    else:
        carrier = rng.choice(_CARRIERS[_NAMED if kind == _NAMED else "number"])
        whole = f"{text.rstrip()} {carrier.format(written)}"
    # What leaves no run to look for would count as found whatever the scrubber does.
    return Trial(name, whole, runs) if (runs := _runs(written, kind)) else None


def is_found(trial: Trial, answer: str) -> bool:
    """Whether nothing planted is left in *answer*."""
    left = skeleton(fold_value(answer))
    words = set(re.findall(r"\w+", fold_value(answer)))
    return not any(run in left if any(c.isdigit() for c in run) else run in words for run in trial.planted)


def measured(
    trials: Sequence[Trial], answers: Sequence[str], *, narratives: int, at_least: float
) -> MeasuredRecall:
    """The figures of all trials."""
    by_kind: dict[str, tuple[int, int]] = {}
    for trial, answer in zip(trials, answers, strict=True):
        tried, found = by_kind.get(trial.mutation, (0, 0))
        by_kind[trial.mutation] = (tried + 1, found + is_found(trial, answer))
    return MeasuredRecall(
        narratives=narratives,
        trials=len(trials),
        found=sum(found for _, found in by_kind.values()),
        by_kind=dict(sorted(by_kind.items())),
        at_least=at_least,
    )


def _values(person: Identity) -> list[tuple[str, str]]:
    given, family = (person.values.get(kind, ()) for kind in ("given_name", "family_name"))
    names = [f"{first} {last}" for first in given[:1] for last in family[:1]]
    found = [
        (_NAMED, n) for n in names if any(is_distinctive(fold_value(w)) for w in re.findall(r"[^\W\d_]+", n))
    ]
    found += [
        (kind, value)
        for kind in _NUMBERS
        for value in person.values.get(kind, ())[:1]
        if len(set(re.sub(r"\D", "", value))) >= _SHORTEST
    ]
    return found


def _runs(written: str, kind: str) -> tuple[str, ...]:
    if kind != _NAMED:
        return (skeleton(fold_value(written)).lstrip("a0"),)
    words = re.findall(r"[^\W\d_]+", fold_value(written))
    return tuple(word for word in words if len(word) >= _SHORTEST and is_distinctive(word))


Mutation = Callable[[str, Random], str]


def _swapped(name: str, _: Random) -> str:
    first, last = name.split(" ", 1)
    return f"{last}, {first}"


def _typed(name: str, rng: Random) -> str:
    """Two neighbouring letters of the longest word change places."""
    longest = max(re.finditer(r"[^\W\d_]+", name), key=lambda match: len(match[0]))
    if len(longest[0]) < 6:
        return name
    at = longest.start() + rng.randrange(1, len(longest[0]) - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


_NAME_MUTATIONS: dict[str, Mutation] = {
    "as recorded": lambda name, _: name,
    "capitals": lambda name, _: name.upper(),
    "small letters": lambda name, _: name.lower(),
    "surname first": _swapped,
    "without diacritics": lambda name, _: fold_value(name).title(),
    "double space": lambda name, _: name.replace(" ", "  "),
    "line break": lambda name, _: name.replace(" ", "\n", 1),
    "zero-width space": lambda name, rng: _inserted(name, "\u200b", rng),
    "letters changed places": _typed,
}


def _inserted(value: str, what: str, rng: Random) -> str:
    at = rng.randrange(1, len(value))
    return value[:at] + what + value[at:]


def _grouped(value: str, separator: str) -> str:
    plain = re.sub(r"[\W_]", "", value)
    head = re.match(r"[A-Za-z]*", plain)
    letters = head[0] if head else ""
    digits = plain[len(letters) :]
    return separator.join([letters, *(digits[i : i + 3] for i in range(0, len(digits), 3))]).strip(separator)


_NUMBER_MUTATIONS: dict[str, Mutation] = {
    "number as recorded": lambda value, _: value,
    "hyphens": lambda value, _: _grouped(value, "-"),
    "spaces": lambda value, _: _grouped(value, " "),
    "no separators": lambda value, _: re.sub(r"[\W_]", "", value),
    "number in small letters": lambda value, _: value.lower(),
    "letter O for zero": lambda value, _: value.replace("0", "O", 1),
    "full-width digits": lambda value, _: value.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
}
