"""What a new version of a profile, or of the floor, gives that the old one did not: for whoever is to sign it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.config.text import Strictness

Setting = TypeVar("Setting")

# How much of a cell a treatment leaves; equal numbers are not compared with each other.
TELLS: Final[Mapping[Treatment, int]] = {
    Treatment.DROP: 0,
    Treatment.WITHHOLD: 0,
    Treatment.TOKEN: 1,
    Treatment.PSEUDONYM: 2,
    Treatment.AGE_BAND: 3,
    Treatment.REGION: 3,
    Treatment.BROAD: 3,
    Treatment.YEAR: 4,
    Treatment.STATE: 4,
    Treatment.QUARTER: 5,
    Treatment.ROUND: 5,
    Treatment.MONTH: 6,
    Treatment.SHIFT: 7,
    Treatment.SCRUB: 7,
    Treatment.KEEP: 9,
}
_MEMBERSHIP: Final = {Membership.WITHHELD: 0, Membership.HIDDEN: 1, Membership.MARKED: 2}
# Settings with a side of their own above; all others are told as they are.
_TREATED: Final = frozenset({"treatments", "membership", "datasets", "version", "recipient"})
# What lets a recipient have more as soon as it is there: an exception, a determination, pseudonyms that last, a table.
_MORE_WHEN_THERE: Final = ("authority", "pseudonym_series", "organization.determination", "tables.tables")
# What keeps something back, so that less of it, or none, gives more; and what gives more the more there is of it.
_KEEPS: Final = frozenset(
    {"risk.k", "risk.l", "tables.smallest", "recall.at_least", "recall.sample", "approval.required",
     "approval.four_eyes"}
)  # fmt: skip
_GIVES: Final = frozenset({"retention.days"})
# Lists of field kinds, each of which is counted and so keeps something back. Those of a paper under `uncounted` go
# with it or without it: it gives nobody more.
_KEEPING_KINDS: Final = frozenset({"risk.quasi_identifiers", "risk.telling"})
_STRICTNESS: Final = {Strictness.STRICT.value: 1, Strictness.BALANCED.value: 2}
# In narratives, what stands for a name or a date may tell more than its type.
_REPLACED: Final = {"type": 1, "region": 2, "pseudonym": 2, "shift": 2}


class Effect(StrEnum):
    """Whether the recipient gets more."""

    LOOSER = "looser"
    TIGHTER = "tighter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting, before and after; ``None`` where there was or is none."""

    key: str
    before: str | None
    after: str | None
    effect: Effect


def profile_changes(old: RecipientProfile, new: RecipientProfile, fields: FieldVocabulary) -> list[Change]:
    """What differs between two versions of a profile; treatments as they come out under the floor."""
    changes = [
        _compared(f"treatments.{kind}", old.treatment_of(kind, fields), new.treatment_of(kind, fields), TELLS)
        for kind in fields.kinds
    ]
    changes.append(_compared("membership", old.membership, new.membership, _MEMBERSHIP))
    for name in sorted({*old.datasets, *new.datasets}):
        if name not in old.datasets:
            changes.append(Change("datasets", None, name, Effect.LOOSER))
        elif name not in new.datasets:
            changes.append(Change("datasets", name, None, Effect.TIGHTER))
    changes += _others(old, new)
    return [change for change in changes if change.before != change.after]


def floor_changes(old: FieldVocabulary, new: FieldVocabulary) -> list[Change]:
    """What differs between two versions of the floor."""
    changes = []
    for kind in sorted({*old.kinds, *new.kinds}):
        was, now = old.kinds.get(kind), new.kinds.get(kind)
        if was is None or now is None:
            # A column of a kind that is gone has none, and is withheld everywhere.
            effect = Effect.LOOSER if was is None else Effect.TIGHTER
            titles = (was.title if was else None, now.title if now else None)
            changes.append(Change(f"kinds.{kind}", *titles, effect))
            continue
        changes.append(_compared(f"kinds.{kind}.outside", was.outside, now.outside, TELLS))
        for treatment in Treatment:
            if (before := was.permits_outside(treatment)) != now.permits_outside(treatment):
                effect = Effect.TIGHTER if before else Effect.LOOSER
                changes.append(
                    Change(
                        f"kinds.{kind}.allows",
                        treatment if before else None,
                        None if before else treatment,
                        effect,
                    )
                )
        for key in ("category", "parser", "valid", "identity", "trigger"):
            changes.append(_other(f"kinds.{kind}.{key}", getattr(was, key), getattr(now, key)))
    changes.append(
        _compared(
            "registry_max_age_hours",
            old.registry_max_age_hours,
            new.registry_max_age_hours,
            {hours: hours for hours in (old.registry_max_age_hours, new.registry_max_age_hours)},
        )
    )
    return [change for change in changes if change.before != change.after]


def _compared(key: str, before: Setting, after: Setting, ranks: Mapping[Setting, int]) -> Change:
    return Change(key, str(before), str(after), _by_rank(ranks[before], ranks[after]))


def _others(old: ConfigModel, new: ConfigModel) -> Iterator[Change]:
    was, now = _flat(old.model_dump(mode="json")), _flat(new.model_dump(mode="json"))
    for key in sorted({*was, *now}):
        if key in _KEEPING_KINDS:
            yield from _kinds(key, _names(was.get(key)), _names(now.get(key)))
        elif key.partition(".")[0] not in _TREATED:
            yield _other(key, was.get(key), now.get(key))


def _kinds(key: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    """A line for each field kind that is counted from now on, or no more."""
    yield from (Change(key, None, name, Effect.TIGHTER) for name in after if name not in before)
    yield from (Change(key, name, None, Effect.LOOSER) for name in before if name not in after)


def _names(content: object) -> tuple[str, ...]:
    return tuple(map(str, content)) if isinstance(content, list) else ()


def _other(key: str, before: object, after: object) -> Change:
    effect = Effect.OTHER
    if key.startswith(_MORE_WHEN_THERE):
        if before is None or after is None or not key.startswith("tables"):
            effect = Effect.LOOSER if after is not None else Effect.TIGHTER
    elif key in _KEEPS and not (key.startswith("tables") and None in (before, after)):
        effect = _by_rank(-_number(before), -_number(after))
    elif key in _GIVES:
        effect = _by_rank(_number(before), _number(after))
    elif key == "strictness":
        effect = _by_rank(_STRICTNESS[str(before)], _STRICTNESS[str(after)])
    elif key.startswith("replacements."):
        effect = _by_rank(_REPLACED[str(before)], _REPLACED[str(after)])
    return Change(key, None if before is None else str(before), None if after is None else str(after), effect)


def _by_rank(before: float, after: float) -> Effect:
    return Effect.OTHER if before == after else Effect.LOOSER if after > before else Effect.TIGHTER


def _number(content: object) -> float:
    """A setting that is not there keeps nothing back."""
    return float(content) if isinstance(content, int | float) else 0.0


def _flat(content: object, at: str = "") -> dict[str, object]:
    if not isinstance(content, dict):
        return {} if content is None else {at: content}
    flat: dict[str, object] = {}
    for key, value in content.items():
        flat |= _flat(value, f"{at}.{key}" if at else str(key))
    return flat
