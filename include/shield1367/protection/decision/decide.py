"""From a person's evidence to protections as intervals in time. Pure: order never matters.

Protection begins with the filing (unknown: from ever) and ends only when *every* covered application has
ended (:mod:`~shield1367.protection.decision.lifecycle`), and nothing else protects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shield1367.config.benefits import ApplicationState
from shield1367.protection.decision.lifecycle import Entry, end_of, is_contradictory
from shield1367.protection.rules import Rule
from shield1367.protection.status import Status, strongest


class Fact(NamedTuple):
    """The part of a piece of evidence that decides.

    Attributes:
        ends: a final denial on the merits with every appeal exhausted; of ``NATURALIZED``, an end by policy.
        state: of ``APPLICATION_STATUS``, what the status says.
    """

    rule: Rule
    application: str | None = None
    on: date | None = None
    ends: bool = False
    state: ApplicationState = ApplicationState.UNKNOWN


class Protection(NamedTuple):
    """One interval. ``begins is None``: from ever; ``ends is None``: until further notice.

    Attributes:
        via: whom an inherited protection comes from and over whom it came, from the first to the last.
    """

    status: Status
    rule: Rule
    begins: date | None = None
    ends: date | None = None
    via: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the interval holds on *day*; it ends on the day before *ends*."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


_DOUBTS = {
    Rule.AMBIGUOUS_CODE,
    Rule.UNKNOWN_CODE,
    Rule.UNKNOWN_STATUS,
    Rule.IMPOSSIBLE_DATE,
    Rule.INVALID_CELL,
    Rule.MISSING_COLUMN,
    Rule.REFUSED_ROW,
    Rule.REASON_TO_BELIEVE,
    Rule.CERTIFICATION,
    Rule.CONTRADICTION,
}


def decide(facts: Iterable[Fact]) -> tuple[Protection, ...]:
    """The protections of one person by his or her own evidence."""
    by_rule: dict[Rule, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_rule[fact.rule].append(fact)
    naturalized = max((fact.on for fact in by_rule[Rule.NATURALIZED] if fact.on), default=None)
    protections = set(_covered_applications(by_rule, naturalized))
    for fact in by_rule[Rule.REVEALING_CODE]:
        # Only what is dated before can have ended with it.
        ends = naturalized if naturalized and fact.on and fact.on < naturalized else None
        protections.add(Protection(Status.PROTECTED, Rule.REVEALING_CODE, begins=fact.on, ends=ends))
    for rule in _DOUBTS & by_rule.keys():
        protections.add(Protection(Status.INDETERMINATE, rule))
    if not protections or all(p.ends is not None for p in protections):
        # CLEAR has to be earned: a known code that concerns no protection, or a proven end of it.
        earned = by_rule[Rule.UNRELATED_CODE] or protections
        protections.add(
            Protection(Status.CLEAR, Rule.CLEARED)
            if earned
            else Protection(Status.INDETERMINATE, Rule.NO_EVIDENCE)
        )
    return tuple(sorted(protections, key=order))


def _covered_applications(by_rule: dict[Rule, list[Fact]], naturalized: date | None) -> Iterable[Protection]:
    histories: dict[str, set[Entry]] = defaultdict(set)
    for fact in by_rule[Rule.APPLICATION_STATUS]:
        if fact.application:
            histories[fact.application].add(Entry(fact.state, fact.on, final=fact.ends))
    filings: dict[str | None, set[date | None]] = defaultdict(set)
    for fact in by_rule[Rule.COVERED_APPLICATION]:
        filings[fact.application].add(fact.on)
    ends = {}
    for application, days in filings.items():
        history = histories.get(application or "", set())
        if is_contradictory(history):
            yield Protection(Status.INDETERMINATE, Rule.CONTRADICTORY_HISTORY)
        ends[application] = end_of(history, filings=days) or _ends_with(naturalized, history, days)
    # One application that has not ended keeps the person protected; so the last end counts for all.
    open_ones = any(end is None for end in ends.values())
    last = None if open_ones else max(filter(None, ends.values()), default=None)
    for application, days in filings.items():
        # Two filing dates for one receipt: the earlier; one that is missing: from ever.
        begins = None if None in days else min(filter(None, days))
        yield Protection(
            Status.PROTECTED, Rule.COVERED_APPLICATION, begins, last if ends[application] else None
        )


def _ends_with(naturalized: date | None, history: set[Entry], filings: set[date | None]) -> date | None:
    """The day of naturalization, where policy ends protection with it and nothing is open or filed after it."""
    if naturalized is None or any(day is None or day >= naturalized for day in filings):
        return None
    later = any(
        entry.state is not ApplicationState.NATURALIZED and (entry.on is None or entry.on > naturalized)
        for entry in history
    )
    return None if later else naturalized


def status_at(protections: Iterable[Protection], day: date) -> Status:
    """The answer on one day."""
    return strongest(p.status for p in protections if p.covers(day))


def inherit(
    protections: Iterable[Protection], rule: Rule, *, via: tuple[str, ...] = ()
) -> tuple[Protection, ...]:
    """What one person's protections mean for a member of the family or a possible double.

    Family shares them as they are; a possible double is INDETERMINATE for as long.

    Args:
        via: the way from that person to the one who inherits, both ends but the last.
    """
    shielding = [
        p._replace(rule=rule, via=(*p.via, *via))
        for p in protections
        if p.status.is_shielded and p.rule is not Rule.NO_EVIDENCE
    ]
    if rule is Rule.FAMILY:
        return tuple(shielding)
    return tuple(p._replace(status=Status.INDETERMINATE) for p in shielding)


def shortest(protections: Iterable[Protection]) -> tuple[Protection, ...]:
    """Of several that differ in their way only, the one with the shortest; in order."""
    best: dict[Protection, Protection] = {}
    for protection in sorted(protections, key=order):
        best.setdefault(protection._replace(via=()), protection)
    return tuple(best.values())


def order(protection: Protection) -> tuple[str, str, str, str, int, tuple[str, ...]]:
    """What protections are sorted by."""
    return (
        protection.status,
        protection.rule,
        str(protection.begins),
        str(protection.ends),
        len(protection.via),
        protection.via,
    )
