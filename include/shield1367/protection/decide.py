"""From a person's evidence to protections as intervals in time. Pure: order never matters.

Protection begins with the filing (unknown: from ever) and ends only when the application is denied
and all opportunities for appeal are exhausted (8 U.S.C. § 1367(a), closing sentence), for *every*
covered application, and nothing else protects. Withdrawal, revocation, expiry, adjustment, removal
or death end nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from shield1367.protection.rules import Rule
from shield1367.protection.status import Status, strongest


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """The part of a piece of evidence that decides."""

    rule: Rule
    application: str | None = None
    on: date | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """One interval. ``begins is None``: from ever; ``ends is None``: until further notice."""

    status: Status
    rule: Rule
    begins: date | None = None
    ends: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the interval holds on *day*; it ends on the day before *ends*."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


_DOUBTS = {
    Rule.AMBIGUOUS_CODE,
    Rule.UNKNOWN_CODE,
    Rule.UNKNOWN_STATUS,
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
    protections = set(_covered_applications(by_rule))
    for fact in by_rule[Rule.REVEALING_CODE]:
        protections.add(Protection(Status.PROTECTED, Rule.REVEALING_CODE, begins=fact.on))
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
    return tuple(sorted(protections, key=_order))


def _covered_applications(by_rule: dict[Rule, list[Fact]]) -> Iterable[Protection]:
    statuses: dict[str, list[Fact]] = defaultdict(list)
    for fact in by_rule[Rule.APPLICATION_STATUS]:
        if fact.application:
            statuses[fact.application].append(fact)
    dates: dict[str | None, list[date | None]] = defaultdict(list)
    for fact in by_rule[Rule.COVERED_APPLICATION]:
        dates[fact.application].append(fact.on)
    # Two filing dates for one receipt: the earlier; one that is missing: from ever.
    filed = {
        application: None if None in days else min(filter(None, days)) for application, days in dates.items()
    }
    ends = {
        application: _end(
            statuses.get(application or "", []), latest_filing=max(filter(None, days), default=None)
        )
        for application, days in dates.items()
    }
    last = (
        None if any(end is None for end in ends.values()) else max(filter(None, ends.values()), default=None)
    )
    for application, begins in filed.items():
        # One application that has not ended keeps the person protected; so the last end counts for all.
        yield Protection(
            Status.PROTECTED, Rule.COVERED_APPLICATION, begins, last if ends[application] else None
        )


def _end(history: list[Fact], *, latest_filing: date | None) -> date | None:
    """The day protection by one application ends, or ``None`` while it has not.

    A status on or after the final denial that is not itself one (reopened, appealed) takes the end
    back, whatever order the rows came in; so does a filing after it, since one of the dates is wrong.
    """
    finals = [fact.on for fact in history if fact.ends and fact.on]
    if not finals:
        return None
    last = max(finals)
    contradicted = any(not fact.ends and (fact.on is None or fact.on >= last) for fact in history)
    return None if contradicted or (latest_filing and latest_filing > last) else last


def status_at(protections: Iterable[Protection], day: date) -> Status:
    """The answer on one day."""
    return strongest(p.status for p in protections if p.covers(day))


def inherit(protections: Iterable[Protection], rule: Rule) -> tuple[Protection, ...]:
    """What one person's protections mean for a member of the family or a possible double.

    Family shares them as they are; a possible double is INDETERMINATE for as long.
    """
    shielding = [p for p in protections if p.status.is_shielded and p.rule is not Rule.NO_EVIDENCE]
    if rule is Rule.FAMILY:
        return tuple(replace(p, rule=rule) for p in shielding)
    return tuple(replace(p, rule=rule, status=Status.INDETERMINATE) for p in shielding)


def _order(protection: Protection) -> tuple[str, str, str, str]:
    return (protection.status, protection.rule, str(protection.begins), str(protection.ends))
