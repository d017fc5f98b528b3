from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield1367.config.linkage import BirthAgreement, FamilyAgreement, GivenAgreement, load_linkage_settings
from shield1367.protection.identity.linkage import (
    LinkageError,
    NameRecord,
    PossibleMatch,
    name_records,
    possible_matches,
    quiet_engine,
)

SETTINGS = load_linkage_settings()
MARIA = NameRecord("maria", "María Elena", "García López", date(1985, 3, 4))
RASHID = NameRecord("rashid", "Mohammed", "Al-Rashid", date(1990, 12, 25))
LUPE = NameRecord("lupe", "Guadalupe", "Hernández", date(1977, 7, 1))
PROTECTED = [MARIA, RASHID, LUPE]

# Each wrong in one way, or in two.
ALIKE = {
    "capitals, no marks, one surname": (replace(MARIA, given="MARIA", family="GARCIA"), "maria"),
    "the second surname alone": (replace(MARIA, family="Lopez"), "maria"),
    "names the other way round": (NameRecord("", "García López", "María", MARIA.born), "maria"),
    "a letter wrong in the family name": (replace(MARIA, family="Gracia Lopez"), "maria"),
    "a letter missing in a short name": (replace(MARIA, given="Mara"), "maria"),
    "day and month swapped": (replace(MARIA, born=date(1985, 4, 3)), "maria"),
    "both at once": (NameRecord("", "Garcia", "Maria", date(1985, 4, 3)), "maria"),
    "one digit of the year wrong": (replace(MARIA, born=date(1986, 3, 4)), "maria"),
    "ten years off": (replace(LUPE, born=date(1987, 7, 1)), "lupe"),
    "a nickname, and a silent letter": (replace(LUPE, given="Lupita", family="Ernandez"), "lupe"),
    "another transliteration": (NameRecord("", "Muhamad", "Alrashid", RASHID.born), "rashid"),
    "another surname after a wedding": (replace(LUPE, family="Smith"), "lupe"),
}  # fmt: skip
UNLIKE = {
    "a birthday alone": NameRecord("", "Ann", "Smith", MARIA.born),
    "a full name with another date of birth": replace(MARIA, born=date(1961, 11, 28)),
    "a full name without one": replace(MARIA, born=None),
    "a common surname and another birthday": NameRecord("", "Ana", "García", date(1985, 9, 14)),
    "nothing but a date of birth": NameRecord("", "", "", MARIA.born),
}


def matched(*left: NameRecord, right: list[NameRecord] = PROTECTED) -> list[PossibleMatch]:
    return list(possible_matches(left, right, SETTINGS))


@pytest.fixture(scope="module")
def all_alike() -> dict[str, list[PossibleMatch]]:
    found: dict[str, list[PossibleMatch]] = {case: [] for case in ALIKE}
    for match in matched(*(replace(record, record_id=case) for case, (record, _) in ALIKE.items())):
        found[match.left].append(match)
    return found


@pytest.mark.parametrize("case", ALIKE)
def test_a_record_with_this_wrong_is_a_possible_match(
    case: str, all_alike: dict[str, list[PossibleMatch]]
) -> None:
    assert [match.right for match in all_alike[case]] == [ALIKE[case][1]]


@pytest.mark.parametrize("case", UNLIKE)
def test_a_record_with_no_more_than_this_is_none(case: str) -> None:
    assert matched(replace(UNLIKE[case], record_id=case)) == []


def test_every_match_keeps_its_score_and_a_reason_without_a_value(
    all_alike: dict[str, list[PossibleMatch]],
) -> None:
    (match,) = all_alike["both at once"]
    assert match.reason == "family name: transposed, date of birth: swapped"
    for match in (match for matches in all_alike.values() for match in matches):
        assert SETTINGS.threshold <= match.score <= 1
        assert not {"mar", "garc", "rashid", "hern", "lup", "19"} & set(match.reason.lower().split())


def test_more_agreement_scores_higher(all_alike: dict[str, list[PossibleMatch]]) -> None:
    (exact,) = matched(replace(MARIA, record_id="x"))
    assert exact.score > all_alike["both at once"][0].score > SETTINGS.threshold
    assert all_alike["one digit of the year wrong"][0].score > 0.5


def test_several_spellings_of_two_people_are_one_match() -> None:
    left = [replace(MARIA, record_id="x"), replace(MARIA, record_id="x", family="Garcia")]
    right = [MARIA, replace(MARIA, given="Maria", family="Gracia")]
    assert [(match.left, match.right) for match in matched(*left, right=right)] == [("x", "maria")]


def test_nobody_is_a_possible_match_of_themselves() -> None:
    assert matched(MARIA, RASHID) == []


def test_nobody_on_one_side_is_no_match() -> None:
    assert matched() == []
    assert matched(MARIA, right=[]) == []


names = st.sampled_from(
    ["Ana", "Anna", "José", "Jose Luis", "Paz", "Luna Paz", "De la Cruz", "Nguyễn", "Li", "", "O'Neil"]
)
records = st.lists(
    st.builds(NameRecord, st.sampled_from("abcdef"), names, names, st.dates(date(1980, 1, 1), date(1980, 3, 9))),
    max_size=6,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(records, records)
def test_order_and_repetition_change_nothing(left: list[NameRecord], right: list[NameRecord]) -> None:
    once = list(possible_matches(left, right, SETTINGS))
    again = list(possible_matches([*reversed(left), *left], [*reversed(right), *right], SETTINGS))
    assert once == again
    assert once == sorted(once, key=lambda match: (match.left, match.right))
    assert all(match.left != match.right for match in once)


def test_a_failing_engine_is_an_error_that_tells_no_value() -> None:
    with pytest.raises(LinkageError, match="E409") as caught, quiet_engine():
        raise ValueError("García López")
    assert "Garc" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_nothing_is_printed_or_logged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    level = logging.getLogger("splink").level
    with caplog.at_level(logging.DEBUG):
        assert matched(replace(MARIA, record_id="x"))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert logging.getLogger("splink").level == level


def test_a_record_shows_no_value_in_a_traceback() -> None:
    assert repr(MARIA) == "NameRecord(maria)"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"full_name": ("Paz Luna, Ana María",)}, {(" Ana María".strip(), "Paz Luna")}),
        ({"full_name": ("Ana Paz",)}, {("Ana", "Paz"), ("Paz", "Ana")}),
        ({"given_name": ("Ana",), "middle_name": ("Eva",), "family_name": ("Paz", "Luna")},
         {("Ana Eva", "Paz"), ("Ana Eva", "Luna")}),
        ({"family_name": ("Paz",)}, {("", "Paz")}),
        ({"full_name": ("Paz, Ana",), "date_of_birth": ("00/00/0000",)}, {("Ana", "Paz")}),
        ({"date_of_birth": ("1990-01-02",)}, set()),
    ],
)  # fmt: skip
def test_cells_become_a_record_for_every_spelling(
    values: dict[str, tuple[str, ...]], expected: set[tuple[str, str]]
) -> None:
    assert {(record.given.strip(), record.family) for record in name_records("x", values)} == expected


def test_every_date_of_birth_is_tried() -> None:
    values = {"full_name": ("Paz, Ana",), "date_of_birth": ("1990-01-02", "1990-02-01")}
    assert {r.born for r in name_records("x", values)} == {date(1990, 1, 2), date(1990, 2, 1)}


def test_agreement_of_the_settings_is_worth_more_the_better_it_is() -> None:
    for weights, parts in (
        (SETTINGS.family, FamilyAgreement),
        (SETTINGS.given, GivenAgreement),
        (SETTINGS.birth, BirthAgreement),
    ):
        last = list(parts)[-1]
        assert all(weights[part].m > weights[part].u for part in parts if part is not last)
        assert weights[last].m < weights[last].u
        assert sum(w.m for w in weights.values()) == pytest.approx(1, abs=0.02)
        assert sum(w.u for w in weights.values()) == pytest.approx(1, abs=0.02)
