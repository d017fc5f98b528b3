"""Before and after on made-up rows: what the release would hold, of nobody."""

from __future__ import annotations

from datetime import date

import pytest

from shield1367.config.fields import Treatment
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.planning import plan_columns
from shield1367.reporting.preview import NotInProfileError, Preview, previews
from shield1367.reporting.specimens import PEOPLE, SPECIMENS, specimens
from tests.protection.site import PROJECT

TODAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def university() -> Preview:
    (found,) = previews(
        PROJECT,
        PROJECT.recipients["state-university-research"],
        dataset="enforcement.encounters",
        today=TODAY,
    )
    return found


def test_it_has_the_columns_of_the_release(university: Preview) -> None:
    contract = PROJECT.contracts["enforcement"].datasets["encounters"]
    planned = plan_columns(PROJECT, PROJECT.recipients["state-university-research"], contract)
    assert [(c.name, c.treatment) for c in university.columns] == [(c.name, c.treatment) for c in planned]
    assert all((c.after is None) == (c.treatment is Treatment.DROP) for c in university.columns)


def test_the_treatments_are_the_real_ones(university: Preview) -> None:
    after = {column.name: column.after for column in university.columns}
    assert after["date_of_birth"] == ("1961", "1990", "2012")
    assert after["doc_completion_date"] == ("2024-02", "2024-05", "2024-05")
    assert after["last_name"] is None
    assert len(set(after["person"] or ())) == len(PEOPLE)


def test_narratives_name_nobody(university: Preview) -> None:
    (narrative,) = (column for column in university.columns if column.name == "narrative")
    text = " ".join(cell or "" for cell in narrative.after or ()).upper()
    assert "[PERSON]" in text
    for kind in ("family_name", "given_name", "phone"):
        for value in filter(None, SPECIMENS[kind]):
            assert value not in text


def test_two_previews_have_no_pseudonym_in_common(university: Preview) -> None:
    (again,) = previews(
        PROJECT,
        PROJECT.recipients["state-university-research"],
        dataset="enforcement.encounters",
        today=TODAY,
    )
    one, other = (next(c.after for c in shown.columns if c.name == "person") for shown in (university, again))
    assert not set(one or ()) & set(other or ())


def test_it_says_why_and_what_the_columns_do_not_show(university: Preview) -> None:
    why = {column.name: column.why for column in university.columns}
    assert why["last_name"] == "the floor (fields.yaml)"
    assert why["narrative"] == "the profile's treatments: narrative"
    assert "cannot be told" in university.notes[0]
    county = previews(PROJECT, PROJECT.recipients["county-analytics"], dataset="court.cases", today=TODAY)
    assert "does not get them at all" in county[0].notes[0]


def test_it_says_what_is_counted_accepted_and_left_to_nobody(university: Preview) -> None:
    notes = " ".join(university.notes)
    assert "until 11 people share each combination" in notes
    assert "disposition, offense go uncounted: DRB-2026-3, Disclosure Review Board:" in notes
    profile = PROJECT.recipients["county-analytics"].model_copy(update={"uncounted": None})
    (county,) = previews(PROJECT, profile, dataset="court.cases", today=TODAY)
    assert "Mind: " in county.notes[-1]
    assert "goes uncounted: state, date_of_birth" in county.notes[-1]


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"on": "staged data"}, "releases each delivery by itself; `schedule: {cron: …}` lets them gather"),
        ({"cron": "0 6 1 * *"}, "by its schedule deliveries gather"),
    ],
)
def test_whoever_leaves_people_out_is_told_what_becomes_of_small_deliveries(
    schedule: dict[str, str], words: str
) -> None:
    content = PROJECT.recipients["county-analytics"].model_dump(mode="json") | {"schedule": schedule}
    profile = RecipientProfile.model_validate(content)
    (county,) = previews(PROJECT, profile, dataset="court.cases", today=TODAY)
    assert "fewer than 11 people" in county.notes[0]
    assert words in county.notes[0]


def test_a_dataset_that_is_not_the_recipients_is_refused() -> None:
    with pytest.raises(NotInProfileError, match=r"court\.cases"):
        previews(
            PROJECT, PROJECT.recipients["county-analytics"], dataset="benefits.applications", today=TODAY
        )


@pytest.mark.parametrize("kind", sorted(PROJECT.fields.kinds))
def test_every_kind_has_three_specimens(kind: str) -> None:
    cells = specimens(kind, PROJECT.fields.kinds[kind])
    assert len(cells) == len(PEOPLE)
    assert cells[0] or cells[1]
