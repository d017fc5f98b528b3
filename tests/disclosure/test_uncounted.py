"""What may find somebody and is counted by nothing is named, wherever a profile is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.authorities import Authorities
from shield1367.config.fields import Category, Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.classes import ClassesPlan
from shield1367.disclosure.planning import open_kinds
from shield1367.disclosure.uncounted import in_words, uncounted
from shield1367.reporting.crowds import crowds
from tests.config.authorities import TABLES, authority_of, profile_changes
from tests.config.folders import PROFILE, changed
from tests.protection.site import PROJECT

PAPER = {
    "kinds": ["gender", "age"], "why": "a board accepted it", "by": "A board", "reference": "DRB-9",
    "signed": "2026-01-05",
}  # fmt: skip
# What the floor lets go of the columns of enforcement.encounters.
BY_THE_FLOOR = (
    "state", "date_of_birth", "age", "gender", "country", "event_date", "entry_date", "disposition",
)  # fmt: skip


def profile(**changes: Any) -> RecipientProfile:
    return RecipientProfile.model_validate(changed(PROFILE, changes))


def under(paragraph: str) -> tuple[Project, RecipientProfile]:
    authorities = Authorities.model_validate({"authorities": {"judge": authority_of(paragraph)}})
    return replace(PROJECT, authorities=authorities), profile(**profile_changes(paragraph))


def test_a_profile_that_says_nothing_hears_of_every_kind_that_goes() -> None:
    assert open_kinds(PROJECT, profile()) == BY_THE_FLOOR
    assert "risk.quasi_identifiers" in in_words(BY_THE_FLOOR)


def test_what_is_counted_withheld_or_accepted_is_not_open() -> None:
    counted = ["state", "date_of_birth", "country", "event_date"]
    found = profile(
        risk={"quasi_identifiers": counted, "telling": ["disposition"]},
        uncounted=PAPER,
        treatments={"entry_date": "withhold"},
    )
    assert open_kinds(PROJECT, found) == ()
    # Accepted is not counted: the dossier says it.
    columns = ("gender", "age")
    assert {*columns} == {*open_kinds(PROJECT, found.model_copy(update={"uncounted": None}))}


def test_of_keys_in_json_what_tells_is_not_counted() -> None:
    """`offense` stands in JSON alone there: no class of it is ever looked at."""
    found = profile(
        treatments={"offense": "keep"}, risk={"quasi_identifiers": [*BY_THE_FLOOR], "telling": ["offense"]}
    )
    assert open_kinds(PROJECT, found) == ("offense",)
    inside = profile(treatments={"offense": "keep"}, risk={"quasi_identifiers": [*BY_THE_FLOOR, "offense"]})
    assert open_kinds(PROJECT, inside) == ()


@pytest.mark.parametrize("paragraph", ["b2", "b3", "b4", "b5", "b7", "b8"])
def test_whoever_is_told_of_people_by_name_finds_nobody(paragraph: str) -> None:
    assert open_kinds(*under(paragraph)) == ()


def test_congress_gets_nothing_locational_and_the_rest_is_named() -> None:
    found = open_kinds(*under("b6"))
    assert "date_of_birth" in found
    assert "state" not in found


def test_tables_and_the_inside_have_rules_of_their_own() -> None:
    assert open_kinds(*under("b1")) == ()
    assert TABLES
    assert open_kinds(PROJECT, PROJECT.recipients["crcl-oversight"]) == ()


@given(
    kind=st.sampled_from(sorted(PROJECT.fields.kinds)),
    counted=st.booleans(),
)
def test_a_kind_is_open_exactly_when_it_goes_may_be_known_and_nobody_counts_it(
    kind: str, counted: bool
) -> None:
    field = PROJECT.fields.kinds[kind]
    for treatment in sorted({field.outside, *field.allows}):
        found = profile(
            treatments={kind: treatment},
            **({"risk": {"quasi_identifiers": [kind]}} if counted else {}),
        )
        columns = PROJECT.contracts["enforcement"].datasets["encounters"].columns_of_kind(kind)
        inside = any(
            kind in (column.json_keys or {}).values()
            for column in PROJECT.contracts["enforcement"].datasets["encounters"].columns.values()
        )
        tells = treatment not in {
            Treatment.DROP, Treatment.WITHHOLD, Treatment.TOKEN, Treatment.PSEUDONYM,
        }  # fmt: skip
        known = field.category in {Category.QUASI_IDENTIFIER, Category.LOCATION, Category.FAMILY}
        expected = bool(columns or inside) and tells and known and not counted
        assert (kind in open_kinds(PROJECT, found)) is expected


def test_the_shipped_profiles_are_silent_about_nothing() -> None:
    for name, shipped in PROJECT.recipients.items():
        assert open_kinds(PROJECT, shipped) == (), name


def test_the_dossier_says_who_accepted_what_or_that_nobody_did() -> None:
    silent = crowds(None, ("gender", "entry_date"))
    assert silent is not None
    assert not silent.accepted
    assert "Nobody counts how many people share gender, entry date" in silent.uncounted
    paper = profile(uncounted=PAPER).uncounted
    accepted = crowds(None, ("gender", "age"), paper)
    assert accepted is not None
    assert accepted.accepted
    assert "A board accepted that on 2026-01-05 (DRB-9): a board accepted it" in accepted.uncounted
    both = crowds(None, ("gender", "entry_date"), paper)
    assert both is not None
    assert not both.accepted
    assert "share entry date" in both.uncounted
    assert "share gender is not counted" in both.uncounted
    plan = ClassesPlan(k=11, l=2, levels={}, loss=0, tables=())
    counted = crowds(plan, ("age",), paper)
    assert counted is not None
    assert counted.words
    assert counted.uncounted
    assert crowds(None) is None


def test_nothing_is_open_without_a_column() -> None:
    assert uncounted(PROJECT, profile(), ()) == ()
