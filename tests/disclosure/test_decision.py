"""The decision about a row: all cases of the table, and what must hold whatever the case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.authorities import ClosedWhen, Consequence
from shield1367.config.fields import Category, Treatment, load_fields
from shield1367.config.recipient import Membership
from shield1367.disclosure.decision import RULES, Outcome, People, Rule, Terms, decide, people_of
from shield1367.disclosure.scope import AuthorityScope, treatment_under
from shield1367.protection.links import RowLink
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status
from tests.protection.site import DAY

FIELDS = load_fields()
H, W, M = Membership.HIDDEN, Membership.WITHHELD, Membership.MARKED
P, I, C = Status.PROTECTED, Status.INDETERMINATE, Status.CLEAR  # noqa: E741
NAMED, CLOSED, TABLES = Consequence.NAMED_PEOPLE, Consequence.CLOSED_CASES, Consequence.AGGREGATES


def scope(consequence: Consequence = NAMED, *persons: str, fields: tuple[str, ...] = ()) -> AuthorityScope:
    return AuthorityScope(
        name="judge",
        paragraph="§ 1367(b)(7)",
        authorization="P-7",
        consequence=consequence,
        persons=persons,
        fields=fields,
        closed={"a.b": ClosedWhen(column="state", values=("closed", "DONE"))},
    )


@pytest.mark.parametrize(
    ("outside", "membership", "status", "outcome"),
    [
        (False, M, P, Outcome.FULL_WITH_BANNER),
        (False, M, I, Outcome.FULL_WITH_BANNER),
        (False, M, C, Outcome.FULL),
        (False, W, P, Outcome.WITHHELD),
        (False, W, C, Outcome.FULL),
        (False, H, P, Outcome.FULL),
        (False, H, C, Outcome.FULL),
        (True, H, P, Outcome.REDACTED),
        (True, H, I, Outcome.REDACTED),
        (True, H, C, Outcome.REDACTED),
        (True, W, P, Outcome.WITHHELD),
        (True, W, I, Outcome.WITHHELD),
        (True, W, C, Outcome.REDACTED),
    ],
)
def test_without_an_exception(
    outside: bool, membership: Membership, status: Status, outcome: Outcome
) -> None:
    decision = decide(People(status), Terms(outside, membership))
    assert decision.outcome is outcome
    assert decision.basis
    assert decision.words


@pytest.mark.parametrize(
    ("covered", "membership", "status", "outcome"),
    [
        (True, H, P, Outcome.FULL),
        (True, W, P, Outcome.FULL),
        (True, M, P, Outcome.FULL_WITH_BANNER),
        (True, M, C, Outcome.FULL),
        (False, M, P, Outcome.WITHHELD),
        (False, H, C, Outcome.WITHHELD),
    ],
)
def test_an_exception_about_people_covers_them_and_no_other_row(
    covered: bool, membership: Membership, status: Status, outcome: Outcome
) -> None:
    decision = decide(People(status, covered), Terms(True, membership, scope()))
    assert decision.outcome is outcome
    assert decision.basis == "8 U.S.C. § 1367(b)(7)"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("closed", Outcome.REDACTED),
        (" Closed ", Outcome.REDACTED),
        ("done", Outcome.REDACTED),
        ("open", Outcome.WITHHELD),
        ("closed?", Outcome.WITHHELD),
        ("", Outcome.WITHHELD),
        (None, Outcome.WITHHELD),
    ],
)
@pytest.mark.parametrize("status", [P, I, C])
def test_closed_cases_only_whoever_is_in_them(state: str | None, outcome: Outcome, status: Status) -> None:
    terms = Terms(True, H, scope(CLOSED))
    assert decide(People(status), terms, dataset="a.b", cells={"state": state}).outcome is outcome
    assert not decide(People(status), terms, dataset="a.c", cells={"state": state}).is_released


@given(
    status=st.sampled_from(list(Status)),
    covered=st.booleans(),
    outside=st.booleans(),
    membership=st.sampled_from(list(Membership)),
    consequence=st.none() | st.sampled_from(list(Consequence)),
    state=st.sampled_from(["closed", "open", None]),
)
def test_what_holds_whatever_the_case(
    status: Status,
    covered: bool,
    outside: bool,
    membership: Membership,
    consequence: Consequence | None,
    state: str | None,
) -> None:
    terms = Terms(outside, membership, scope(consequence) if consequence else None)

    def outcome(of: Status) -> Outcome:
        return decide(People(of, covered), terms, dataset="a.b", cells={"state": state}).outcome

    # Outside nobody can tell "may be" from "is" by what happens to a row.
    assert outcome(Status.INDETERMINATE) is outcome(Status.PROTECTED)
    if outside and consequence is None:
        assert outcome(status) in {Outcome.REDACTED, Outcome.WITHHELD}
    if outside and consequence is None and membership is Membership.HIDDEN:
        assert outcome(Status.CLEAR) is outcome(Status.PROTECTED)
    if consequence is TABLES:
        assert outcome(status) is Outcome.WITHHELD
    if consequence is NAMED and not covered:
        assert outcome(status) is Outcome.WITHHELD


def test_every_rule_has_its_words() -> None:
    assert set(RULES) == set(Rule)


# who is covered


def link(role: str, person: str | None, *names: str) -> RowLink:
    return RowLink(0, role, person, "test", None, names)


SNAPSHOT = Snapshot(
    as_of=DAY,
    statuses={"p": P, "q": P, "i": I, "c": C},
    merges={"old": "p"},
    whole_names=frozenset({"n"}),
    whole_if_part=frozenset(),
    short_names=frozenset(),
    digest="d",
)


@pytest.mark.parametrize(
    ("links", "covered"),
    [
        ([link("subject", "p")], True),
        ([link("subject", "old")], True),
        ([link("subject", "q")], False),
        ([link("subject", "c")], False),
        ([link("subject", None)], False),
        ([], False),
        ([link("spouse", "p")], False),
        ([link("subject", "p"), link("spouse", "c")], True),
        ([link("subject", "p"), link("spouse", "q")], False),
        ([link("subject", "p"), link("spouse", "i")], False),
        ([link("subject", "p"), link("spouse", "stranger")], False),
        ([link("subject", "p"), link("spouse", None, "n")], False),
        ([link("subject", "p"), link("spouse", None, "m")], True),
    ],
)
def test_a_row_is_covered_when_its_subject_is_and_nobody_else_in_it_is_shielded(
    links: list[RowLink], covered: bool
) -> None:
    assert people_of(links, "subject", SNAPSHOT, scope(NAMED, "p")).covered is covered
    assert not people_of(links, "subject", SNAPSHOT, None).covered


# columns under an exception


@given(
    kind=st.sampled_from(sorted(FIELDS.kinds)),
    listed=st.booleans(),
    about=st.booleans(),
    consequence=st.sampled_from([NAMED, CLOSED]),
)
def test_only_what_is_listed_of_the_person_the_row_is_about_is_loosened(
    kind: str, listed: bool, about: bool, consequence: Consequence
) -> None:
    plain, category = FIELDS.kinds[kind].outside, FIELDS.kinds[kind].category
    under = scope(consequence, "p", fields=(kind,) if listed else ())
    treated = treatment_under(under, kind, plain, FIELDS, about=about)
    if not listed or category is Category.NARRATIVE:
        assert treated in {plain, Treatment.DROP}
    if consequence is NAMED and not about:
        assert treated is plain
    personal = {Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.LOCATION, Category.FAMILY}
    if consequence is CLOSED and category in personal:
        assert treated in {Treatment.DROP, Treatment.WITHHOLD, Treatment.TOKEN, Treatment.PSEUDONYM}
    assert treatment_under(None, kind, plain, FIELDS, about=about) is plain
