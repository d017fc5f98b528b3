"""What a new version gives that the old one did not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.changes import TELLS, Effect, floor_changes, profile_changes
from tests.config.authorities import TABLES
from tests.protection.site import PROJECT

UNIVERSITY = PROJECT.recipients["state-university-research"]
FIELDS = PROJECT.fields


def changed(**changes: Any) -> RecipientProfile:
    return RecipientProfile.model_validate(UNIVERSITY.model_dump(mode="json") | changes)


def floor(kind: str, **changes: Any) -> FieldVocabulary:
    content = FIELDS.model_dump(mode="json")
    content["kinds"][kind] |= changes
    return FieldVocabulary.model_validate(content)


def test_every_treatment_has_its_place() -> None:
    assert TELLS.keys() == set(Treatment)
    assert max(TELLS, key=lambda treatment: TELLS[treatment]) is Treatment.KEEP


def test_nothing_differs_from_itself() -> None:
    assert profile_changes(UNIVERSITY, UNIVERSITY, FIELDS) == []
    assert floor_changes(FIELDS, FIELDS) == []


@pytest.mark.parametrize(
    ("changes", "key", "effect"),
    [
        (
            {"treatments": {**UNIVERSITY.treatments, "narrative": "withhold"}},
            "treatments.narrative",
            Effect.TIGHTER,
        ),
        (
            {"treatments": {**UNIVERSITY.treatments, "event_date": "year"}},
            "treatments.event_date",
            Effect.TIGHTER,
        ),
        ({"treatments": {**UNIVERSITY.treatments, "country": "keep"}}, "treatments.country", Effect.LOOSER),
        ({"membership": "withheld"}, "membership", Effect.TIGHTER),
        ({"datasets": [*UNIVERSITY.datasets, "court.cases"]}, "datasets", Effect.LOOSER),
        ({"datasets": UNIVERSITY.datasets[:1]}, "datasets", Effect.TIGHTER),
        ({"authority": "statistics"}, "authority", Effect.LOOSER),
        ({"pseudonym_series": "yearly"}, "pseudonym_series", Effect.LOOSER),
        ({"purpose_statement": "something else"}, "purpose_statement", Effect.OTHER),
    ],
)
def test_a_profile(changes: dict[str, Any], key: str, effect: Effect) -> None:
    (change,) = profile_changes(UNIVERSITY, changed(**changes), FIELDS)
    assert (change.key, change.effect) == (key, effect)


KINDS = UNIVERSITY.model_dump(mode="json")["risk"]["quasi_identifiers"]


def counted(**changes: Any) -> RecipientProfile:
    """The profile with other settings of its ``risk``."""
    return changed(risk=UNIVERSITY.model_dump(mode="json")["risk"] | changes)


@pytest.mark.parametrize(
    ("tighter", "looser", "keys"),
    [
        (counted(k=20), UNIVERSITY, {"risk.k"}),
        (counted(l=3), UNIVERSITY, {"risk.l"}),
        (UNIVERSITY, counted(quasi_identifiers=KINDS[1:]), {"risk.quasi_identifiers"}),
        (counted(telling=["disposition"]), UNIVERSITY, {"risk.telling"}),
        (UNIVERSITY, changed(risk=None), {"risk.k", "risk.l", "risk.quasi_identifiers"}),
        (UNIVERSITY, changed(strictness="balanced"), {"strictness"}),
        (UNIVERSITY, changed(replacements={"person": "pseudonym"}), {"replacements.person"}),
        (UNIVERSITY, changed(recall={"at_least": 0.9}), {"recall.at_least"}),
        (
            changed(approval={"required": True, "approvers": ["a", "b"], "within": "3d", "four_eyes": True}),
            UNIVERSITY,
            {"approval.required", "approval.four_eyes"},
        ),
        (UNIVERSITY, changed(retention={"days": 4000, "then": "destroy"}), {"retention.days"}),
        (changed(tables=None), changed(tables=TABLES), {"tables.tables.by_country.dataset"}),
        (changed(tables=TABLES | {"smallest": 20}), changed(tables=TABLES), {"tables.smallest"}),
    ],
)
def test_what_keeps_less_back_is_looser_and_the_other_way_tighter(
    tighter: RecipientProfile, looser: RecipientProfile, keys: set[str]
) -> None:
    def found(one: RecipientProfile, other: RecipientProfile, effect: Effect) -> set[str]:
        return {change.key for change in profile_changes(one, other, FIELDS) if change.effect is effect}

    assert keys <= found(tighter, looser, Effect.LOOSER)
    assert keys <= found(looser, tighter, Effect.TIGHTER)
    assert not found(tighter, looser, Effect.TIGHTER)


def test_a_paper_for_what_goes_uncounted_gives_nobody_more_and_its_absence_nobody_less() -> None:
    for one, other in ((UNIVERSITY, changed(uncounted=None)), (changed(uncounted=None), UNIVERSITY)):
        changes = profile_changes(one, other, FIELDS)
        assert "uncounted.kinds" in {change.key for change in changes}
        assert {change.effect for change in changes} == {Effect.OTHER}


def test_each_kind_that_is_no_longer_counted_has_its_line() -> None:
    changes = profile_changes(UNIVERSITY, counted(quasi_identifiers=[*KINDS[2:], "offense"]), FIELDS)
    assert [(change.before, change.after, change.effect) for change in changes] == [
        (None, "offense", Effect.TIGHTER),
        *((kind, None, Effect.LOOSER) for kind in KINDS[:2]),
    ]


def test_saying_what_the_floor_says_anyway_changes_nothing() -> None:
    said = {**UNIVERSITY.treatments, "city": FIELDS.kinds["city"].outside}
    assert profile_changes(UNIVERSITY, changed(treatments=said), FIELDS) == []


@pytest.mark.parametrize(
    ("changes", "key", "effect"),
    [
        ({"outside": "keep"}, "kinds.city.outside", Effect.LOOSER),
        ({"allows": ["withhold"]}, "kinds.city.allows", Effect.TIGHTER),
        ({"allows": [*FIELDS.kinds["city"].allows, "keep"]}, "kinds.city.allows", Effect.LOOSER),
        ({"parser": "code"}, "kinds.city.parser", Effect.OTHER),
    ],
)
def test_the_floor(changes: dict[str, Any], key: str, effect: Effect) -> None:
    found = {(change.key, change.effect) for change in floor_changes(FIELDS, floor("city", **changes))}
    assert (key, effect) in found
    assert {other for _, other in found} <= {effect, Effect.OTHER, Effect.TIGHTER}


def test_a_longer_age_of_the_registry_is_looser() -> None:
    older = FIELDS.model_copy(update={"registry_max_age_hours": 48})
    (change,) = floor_changes(FIELDS, older)
    assert (change.key, change.effect) == ("registry_max_age_hours", Effect.LOOSER)


# What any kind may have, whatever its parser.
ANY = [treatment for treatment in Treatment if treatment not in ("quarter", "round", "broad")]


@given(st.sampled_from(sorted(FIELDS.kinds)), st.sampled_from(ANY), st.sampled_from(ANY))
def test_what_one_way_is_looser_is_tighter_the_other_way(kind: str, one: Treatment, other: Treatment) -> None:
    way = floor_changes(floor(kind, outside=one), floor(kind, outside=other))
    back = floor_changes(floor(kind, outside=other), floor(kind, outside=one))
    turned = {Effect.LOOSER: Effect.TIGHTER, Effect.TIGHTER: Effect.LOOSER, Effect.OTHER: Effect.OTHER}
    assert sorted((c.key, turned[c.effect]) for c in way) == sorted((c.key, c.effect) for c in back)
