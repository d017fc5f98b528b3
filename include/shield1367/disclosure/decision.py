"""The decision about one row at export time: what goes, on which ground, by which rule.

Pure: the status of everybody in the row comes from the registry's snapshot of the day, the terms from the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shield1367.config.authorities import Consequence
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership
from shield1367.disclosure.scope import AuthorityScope
from shield1367.protection.links import RowLink
from shield1367.protection.registry.store import root_of
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status


class Outcome(StrEnum):
    """What a recipient gets of a row.

    ``FULL``: the row, columns as planned, nothing redacted for protection's sake. ``FULL_WITH_BANNER``: the
    same under the § 1367 banner. ``REDACTED``: treated by the floor and the profile, like every row of the
    release. ``WITHHELD``: nothing, and no gap that shows it.
    """

    FULL = "full"
    FULL_WITH_BANNER = "full_with_banner"
    REDACTED = "redacted"
    WITHHELD = "withheld"


class Rule(StrEnum):
    """Which rule decided; :data:`RULES` has its words and its citation."""

    INSIDE_CLEAR = "inside_clear"
    INSIDE_MARKED = "inside_marked"
    INSIDE_UNMARKED = "inside_unmarked"
    INSIDE_WITHHELD = "inside_withheld"
    OUTSIDE_UNIFORM = "outside_uniform"
    OUTSIDE_CLEAR = "outside_clear"
    OUTSIDE_WITHHELD = "outside_withheld"
    COVERED = "covered"
    NOT_COVERED = "not_covered"
    CASE_CLOSED = "case_closed"
    CASE_OPEN = "case_open"
    AGGREGATES_ONLY = "aggregates_only"


RULES: Mapping[Rule, tuple[Outcome, str, str]] = {
    Rule.INSIDE_CLEAR: (
        Outcome.FULL,
        "the readers are sworn officers or employees, and nobody in the row is protected",
        "8 U.S.C. § 1367(a)(2)",
    ),
    Rule.INSIDE_MARKED: (
        Outcome.FULL_WITH_BANNER,
        "the readers are sworn officers or employees; somebody in the row is, or may be, protected",
        "8 U.S.C. § 1367(a)(2)",
    ),
    Rule.INSIDE_UNMARKED: (
        Outcome.FULL,
        "the readers are sworn officers or employees; the profile marks no row",
        "8 U.S.C. § 1367(a)(2)",
    ),
    Rule.INSIDE_WITHHELD: (
        Outcome.WITHHELD,
        "somebody in the row is, or may be, protected, and the profile leaves such rows out",
        "the profile, membership: withheld",
    ),
    Rule.OUTSIDE_UNIFORM: (
        Outcome.REDACTED,
        "every row of the release is treated alike, whoever is in it",
        "8 U.S.C. § 1367(a)(2); R-12",
    ),
    Rule.OUTSIDE_CLEAR: (
        Outcome.REDACTED,
        "nobody in the row is protected; it is treated as the floor and the profile say",
        "8 U.S.C. § 1367(a)(2); R-12",
    ),
    Rule.OUTSIDE_WITHHELD: (
        Outcome.WITHHELD,
        "somebody in the row is, or may be, protected",
        "8 U.S.C. § 1367(a)(2); R-04",
    ),
    Rule.COVERED: (
        Outcome.FULL,
        "the exception covers everybody protected in the row",
        "8 U.S.C. {paragraph}",
    ),
    Rule.NOT_COVERED: (
        Outcome.WITHHELD,
        "the exception does not cover everybody in the row",
        "8 U.S.C. {paragraph}",
    ),
    Rule.CASE_CLOSED: (
        Outcome.REDACTED,
        "the case is closed; nothing personal or locational goes with it",
        "8 U.S.C. {paragraph}",
    ),
    Rule.CASE_OPEN: (
        Outcome.WITHHELD,
        "the row does not say that its case is closed",
        "8 U.S.C. {paragraph}",
    ),
    Rule.AGGREGATES_ONLY: (
        Outcome.WITHHELD,
        "the exception permits tabulations only",
        "8 U.S.C. {paragraph}",
    ),
}


class Decision(ConfigModel):
    """What a recipient gets of one row; ``basis`` is the ground in law."""

    outcome: Outcome
    rule: Rule
    words: str
    basis: str

    @property
    def is_released(self) -> bool:
        """Whether the row is in the release."""
        return self.outcome is not Outcome.WITHHELD


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a plan decides about rows."""

    outside: bool
    membership: Membership
    scope: AuthorityScope | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a row.

    Attributes:
        status: the most protective over everybody in it.
        covered: whether the person it is about, and everybody shielded in it, is in the scope of the exception.
    """

    status: Status
    covered: bool = False


def people_of(
    links: Sequence[RowLink], about: str | None, snapshot: Snapshot, scope: AuthorityScope | None
) -> People:
    """Who is in a row, as the registry's snapshot has it."""
    status = snapshot.status_of_row(links, about)
    if scope is None or scope.consequence is not Consequence.NAMED_PEOPLE:
        return People(status)
    subjects = [link for link in links if link.role == about]
    # Whoever is known by name only stands in no authority; so does a row whose subject cannot be told.
    covered = bool(subjects) and all(_is_covered(link, snapshot, scope) for link in subjects)
    others = [link for link in links if link.role != about]
    return People(status, covered and all(_may_stand_by(link, snapshot, scope) for link in others))


def decide(
    people: People, terms: Terms, *, dataset: str = "", cells: Mapping[str, str | None] | None = None
) -> Decision:
    """What a recipient gets of a row.

    Args:
        dataset, cells: the row itself, for exceptions about closed cases.
    """
    rule = _rule(people, terms, dataset, {} if cells is None else cells)
    marked = rule is Rule.COVERED and terms.membership is Membership.MARKED and people.status.is_shielded
    outcome = Outcome.FULL_WITH_BANNER if marked else RULES[rule][0]
    return _decision(rule, outcome, terms.scope.paragraph if terms.scope else "")


@lru_cache(maxsize=256)
def _decision(rule: Rule, outcome: Outcome, paragraph: str) -> Decision:
    """One object for all rows of a release that are decided alike."""
    _, words, basis = RULES[rule]
    return Decision(outcome=outcome, rule=rule, words=words, basis=basis.format(paragraph=paragraph))


def _rule(people: People, terms: Terms, dataset: str, cells: Mapping[str, str | None]) -> Rule:
    shielded = people.status.is_shielded
    if terms.scope is not None:
        match terms.scope.consequence:
            case Consequence.NAMED_PEOPLE:
                return Rule.COVERED if people.covered else Rule.NOT_COVERED
            case Consequence.CLOSED_CASES:
                return Rule.CASE_CLOSED if terms.scope.is_closed(dataset, cells) else Rule.CASE_OPEN
            case Consequence.AGGREGATES:
                return Rule.AGGREGATES_ONLY
    if terms.outside:
        if terms.membership is not Membership.WITHHELD:
            return Rule.OUTSIDE_UNIFORM
        return Rule.OUTSIDE_WITHHELD if shielded else Rule.OUTSIDE_CLEAR
    if not shielded:
        return Rule.INSIDE_CLEAR
    match terms.membership:
        case Membership.MARKED:
            return Rule.INSIDE_MARKED
        case Membership.WITHHELD:
            return Rule.INSIDE_WITHHELD
        case Membership.HIDDEN:
            return Rule.INSIDE_UNMARKED


def _is_covered(link: RowLink, snapshot: Snapshot, scope: AuthorityScope) -> bool:
    return link.person_id is not None and root_of(link.person_id, snapshot.merges) in scope.persons


def _may_stand_by(link: RowLink, snapshot: Snapshot, scope: AuthorityScope) -> bool:
    """Whether somebody else in the row keeps it from going: only who is shielded and not covered does."""
    if link.person_id is None:
        return not snapshot.may_be_shielded(link)
    return _is_covered(link, snapshot, scope) or not snapshot.status_of(link.person_id).is_shielded
