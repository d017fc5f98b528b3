"""Measured recall: known identifiers of a release's own people, mutated, and what becomes of them.

The mutations are what clerks, scanners and exports do to a name or number (:mod:`~shield1367.validation.mutations`);
none is taken from the redactor's list of variants. A trial counts as found only when no four characters of what was
planted are left in the answer: half a number, or a surname without its end, is somebody still.

Bound: Clopper and Pearson, Biometrika 26 (1934), one-sided at 95 %.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp, fsum, lgamma, log, log1p
from pathlib import Path
from random import Random
from typing import TypeVar

from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Recall
from shield1367.identities import Identity
from shield1367.storage import read_json, write_json
from shield1367.validation.audit.distinctive import is_distinctive
from shield1367.validation.audit.folding import fold_value
from shield1367.validation.audit.windows import skeleton
from shield1367.validation.mutations import NAME_MUTATIONS, NUMBER_MUTATIONS

Place = TypeVar("Place")

RECALL = "recall.json"
CONFIDENCE = 0.95
_NUMBERS = ("a_number", "receipt_number", "ssn", "fin", "phone", "passport_number")
_NAMED = "name"
_CARRIERS = {
    _NAMED: ("Spoke with {} again today.", "A call came from {} in the afternoon.", "Seen together with {}."),
    "number": ("See file {} for the rest.", "The record {} was read.", "Noted on {} at the desk."),
}
# Fewer characters are left in any text by chance.
SHORTEST_LEFT = 4
# What the scrubber writes in the place of something, with or without a pseudonym; it is made of no original.
_TOKEN = re.compile(r"\[[A-Z_]+(?: [0-9a-f-]+ [0-9a-z]+)?\]")


class MeasuredRecall(ConfigModel):
    """``recall.json`` in the work folder: counts only.

    Attributes:
        narratives: narratives that the release scrubs; *trials* of them got a mutated identifier.
        found: trials of which nothing was left; *by_kind*: mutation → (trials, found).
        at_least: the share of them that the profile demands.
        lower_at_least: the lower bound that it demands.
    """

    narratives: int
    trials: int
    found: int
    by_kind: dict[str, tuple[int, int]]
    at_least: float
    lower_at_least: float

    @property
    def passed(self) -> bool:
        """Whether share and lower bound are what the profile demands; narratives without a trial show nothing."""
        if not self.narratives:
            return True
        shown = self.trials > 0 and self.found >= self.at_least * self.trials
        return shown and self.lower >= self.lower_at_least

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
    """A narrative with something planted in it.

    Attributes:
        planted: the folded runs of which nothing must be left.
        without: the same text without them, whose words may hold the same characters for reasons of their own.
    """

    mutation: str
    text: str
    planted: tuple[str, ...]
    without: str

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


def lower_demanded(wanted: Recall) -> float:
    """The lower bound that a profile demands, by itself or by its share and sample."""
    if wanted.lower_bound is not None:
        return wanted.lower_bound
    # Rounded, for 0.99 of 100 is a little more than 99 to a machine.
    return lower_bound(ceil(round(wanted.at_least * wanted.sample, 9)), wanted.sample)


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
    mutations = NAME_MUTATIONS if kind == _NAMED else NUMBER_MUTATIONS
    name = rng.choice(sorted(mutations))
    written = mutations[name](value, rng)
    place = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)
    if place:
        before, after = text[: place.start()], text[place.end() :]
    else:
        head, after = rng.choice(_CARRIERS[_NAMED if kind == _NAMED else "number"]).split("{}")
        before = f"{text.rstrip()} {head}"
    runs = _runs(written, kind)
    # What leaves no run to look for would count as found whatever the scrubber does.
    return Trial(name, before + written + after, runs, f"{before}[]{after}") if runs else None


def is_found(trial: Trial, answer: str, without: str) -> bool:
    """Whether no ``SHORTEST_LEFT`` characters of what was planted are in *answer*.

    Args:
        answer: the scrubbed text; *without*: the scrubbed text without what was planted. What is in both is
            of other words.
    """
    left, anyway = ([_comparable(piece) for piece in _TOKEN.split(text)] for text in (answer, without))
    return not any(
        sum(piece.count(part) for piece in left) > sum(piece.count(part) for piece in anyway)
        for run in trial.planted
        for part in {run[at : at + SHORTEST_LEFT] for at in range(len(run) - SHORTEST_LEFT + 1)}
    )


def _comparable(text: str) -> str:
    return skeleton(fold_value(text))


def planted(
    places: Sequence[Place], plant_in: Callable[[Place, int], Trial | None], *, wanted: int
) -> list[tuple[Place, Trial]]:
    """As many trials as are *wanted*, one in each place, and so round by round; fewer where nothing can be planted.

    Args:
        plant_in: the trial of a place and a round.
    """
    made: list[tuple[Place, Trial]] = []
    for number in range(wanted):
        tried = [(place, plant_in(place, number)) for place in places]
        made += [(place, trial) for place, trial in tried if trial is not None]
        # Whose people have nothing to be planted now will have nothing the next time.
        places = [place for place, trial in tried if trial is not None] if number == 0 else places
        if len(made) >= wanted or not places:
            break
    return made[:wanted]


def measured(
    trials: Sequence[Trial],
    scrub: Callable[[Sequence[str]], Sequence[str]],
    *,
    narratives: int,
    wanted: Recall,
) -> MeasuredRecall:
    """The figures of all trials, each scrubbed with and without what was planted."""
    answers, without = (scrub(texts) for texts in ([t.text for t in trials], [t.without for t in trials]))
    by_kind: dict[str, tuple[int, int]] = {}
    for trial, answer, other in zip(trials, answers, without, strict=True):
        tried, found = by_kind.get(trial.mutation, (0, 0))
        by_kind[trial.mutation] = (tried + 1, found + is_found(trial, answer, other))
    return MeasuredRecall(
        narratives=narratives,
        trials=len(trials),
        found=sum(found for _, found in by_kind.values()),
        by_kind=dict(sorted(by_kind.items())),
        at_least=wanted.at_least,
        lower_at_least=lower_demanded(wanted),
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
        if len(set(re.sub(r"\D", "", value))) >= SHORTEST_LEFT
    ]
    return found


def _runs(written: str, kind: str) -> tuple[str, ...]:
    """What of a mutated value is looked for, as the comparison sees it."""
    if kind != _NAMED:
        number = _comparable(html.unescape(written)).lstrip("a0")
        return (number,) if len(number) >= SHORTEST_LEFT else ()
    words = re.findall(r"[^\W\d_]+", fold_value(html.unescape(written)))
    return tuple(skeleton(word) for word in words if len(word) >= SHORTEST_LEFT and is_distinctive(word))
