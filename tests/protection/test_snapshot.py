from __future__ import annotations

import pytest

from shield1367.intake.receipt import list_receipts
from shield1367.protection.links import RowLink, links_path, read_links
from shield1367.protection.snapshot import Snapshot, digest_of
from shield1367.protection.status import Status
from tests.protection.site import DAY, Desk, a_number, application, encounter

VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


def snapshot(**statuses: Status) -> Snapshot:
    return Snapshot(
        as_of=DAY,
        statuses=statuses,
        merges={"old": "clear"},
        whole_names=frozenset({"ana paz luna", "eva paz"}),
        whole_if_part=frozenset({"ana paz luna"}),
        short_names=frozenset({"ana paz", "ana luna"}),
        digest="0",
    )


SNAPSHOT = snapshot(clear=Status.CLEAR, doubt=Status.INDETERMINATE, protected=Status.PROTECTED)


def link(person: str | None, role: str = "subject", *names: str, short: tuple[str, ...] = ()) -> RowLink:
    return RowLink(0, role, person, "reason", None, names, short)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([link("clear")], Status.CLEAR),
        ([link("old")], Status.CLEAR),
        ([link("doubt")], Status.INDETERMINATE),
        ([link("protected")], Status.PROTECTED),
        ([link("clear"), link("protected", "rider")], Status.PROTECTED),
        ([link("clear"), link("doubt")], Status.INDETERMINATE),
        ([link("clear"), link("somebody new", "rider")], Status.INDETERMINATE),
        ([], Status.INDETERMINATE),
        ([link(None)], Status.INDETERMINATE),
        ([link("clear", "rider")], Status.INDETERMINATE),
        ([link("clear"), link(None, "spouse", "eva roe")], Status.CLEAR),
        ([link("clear"), link(None, "spouse")], Status.CLEAR),
        ([link("clear"), link(None, "spouse", "ana paz luna")], Status.INDETERMINATE),
        ([link("clear"), link(None, "spouse", "ana luna")], Status.INDETERMINATE),
        ([link("clear"), link(None, "spouse", "eva paz")], Status.INDETERMINATE),
        ([link("clear"), link(None, "spouse", "eva paz sol", short=("eva paz", "eva sol"))], Status.CLEAR),
        ([link("clear"), link(None, "spouse", "ana luna sol", short=("ana sol", "ana luna"))], Status.CLEAR),
        (
            [link("clear"), link(None, "spouse", "ana sol paz luna x", short=("ana paz luna",))],
            Status.INDETERMINATE,
        ),
    ],
)
def test_the_answer_for_a_row_is_the_most_protective_over_everybody_in_it(
    links: list[RowLink], expected: Status
) -> None:
    assert SNAPSHOT.status_of_row(links, "subject") is expected


@pytest.mark.parametrize(
    ("spouse", "expected"),
    [
        ("ANA SOL PAZ LUNA", Status.INDETERMINATE),
        ("Ana Paz Luna", Status.INDETERMINATE),
        ("PAZ LUNA, ANA", Status.INDETERMINATE),
        ("Ana Luna", Status.INDETERMINATE),
        ("LUNA ANA", Status.INDETERMINATE),
        ("Ana Paz", Status.INDETERMINATE),
        ("Ana Mora", Status.CLEAR),
        ("Eva Paz", Status.CLEAR),
        ("Ana Paz Mora", Status.CLEAR),
    ],
)
def test_a_spouse_known_by_name_is_matched_also_without_a_middle_name_or_one_surname(
    desk: Desk, spouse: str, expected: Status
) -> None:
    victim = application(1, **VICTIM, given_name="Ana", middle_name="Sol", family_name="Paz Luna")
    desk.deliver("benefits", {"applications": [victim]})
    desk.deliver("enforcement", {"encounters": [encounter(2, spouse_name=spouse)]})
    desk.judge()
    assert desk.snapshot().status_of_row(links_of(desk), "subject") is expected


def test_a_spouse_with_two_surnames_is_matched_to_somebody_registered_with_one(desk: Desk) -> None:
    desk.deliver(
        "benefits", {"applications": [application(1, **VICTIM, given_name="Ana", family_name="Luna")]}
    )
    desk.deliver("enforcement", {"encounters": [encounter(2, spouse_name="ANA PAZ LUNA")]})
    desk.judge()
    assert desk.snapshot().status_of_row(links_of(desk), "subject") is Status.INDETERMINATE


def test_links_hold_no_value(desk: Desk) -> None:
    desk.deliver("enforcement", {"encounters": [encounter(1, spouse_name="ANA PAZ LUNA")]})
    desk.judge()
    (part,) = (part for receipt in list_receipts(desk.home) for part in receipt.parts["encounters"])
    content = (desk.home.root / links_path(part.path)).read_bytes().lower()
    assert b"paz" not in content
    assert a_number(1)[1:].encode() not in content


def test_somebody_whom_the_registry_does_not_know_is_indeterminate() -> None:
    assert SNAPSHOT.status_of("nobody") is Status.INDETERMINATE


def test_the_digest_follows_the_answers(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1)]})
    desk.judge()
    first = desk.snapshot().digest
    assert desk.snapshot().digest == first
    desk.deliver("benefits", {"applications": [application(1, **VICTIM)]}, batch="b2")
    desk.judge()
    assert desk.snapshot().digest != first


def links_of(desk: Desk) -> list[RowLink]:
    """The links of the only row of the enforcement source."""
    (receipt,) = list_receipts(desk.home, "enforcement")
    (part,) = receipt.parts["encounters"]
    return read_links(desk.home.root / links_path(part.path))


def test_the_digest_is_told_without_the_names_too(desk: Desk) -> None:
    desk.deliver("benefits", {"applications": [application(1, **VICTIM), application(2)]})
    desk.judge()
    assert digest_of(desk.registry, DAY) == desk.snapshot().digest


@pytest.mark.parametrize(
    ("bearers", "spouse", "expected"),
    [
        (5, "Ana Paz", Status.INDETERMINATE),
        (6, "Ana Paz", Status.CLEAR),
        (2, "Ana Paz Mora", Status.INDETERMINATE),
        (3, "Ana Paz Mora", Status.CLEAR),
    ],
)
def test_a_name_that_many_bear_tells_nobody_and_a_part_of_one_sooner(
    desk: Desk, bearers: int, spouse: str, expected: Status
) -> None:
    alike = [application(n, given_name="Ana", family_name="Paz") for n in range(1, bearers + 1)]
    alike[0] |= VICTIM
    desk.deliver("benefits", {"applications": [*alike, application(90)]})
    desk.deliver("enforcement", {"encounters": [encounter(90, spouse_name=spouse)]})
    desk.judge()
    assert desk.snapshot().status_of_row(links_of(desk), "subject") is expected
