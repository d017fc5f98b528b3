"""Which earlier releases are in question, through real releases, a real registry and a real ledger."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.config.fields import Treatment
from shield1367.config.lookback import TreatedAlike, load_lookback
from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import ReleasePlan
from shield1367.home import Home
from shield1367.lookback.cases import CaseState
from shield1367.lookback.freeze import RecipientFrozenError
from shield1367.lookback.look import Looked
from shield1367.lookback.marks import Mark, set_mark
from shield1367.pipeline import State
from shield1367.redaction.terms import Change, TermBook, TermList
from shield1367.release.ledger import Decision, Ledger, Trigger, verify_ledger
from shield1367.release.signing import Signer
from tests.config.signing import signed
from tests.lookback.past import (
    COUNTY,
    LATER,
    THEN,
    UNIVERSITY,
    VICTIM,
    book,
    files_for_a_u_visa,
    look,
    past,
    released,
)
from tests.protection.site import Desk, application, encounter

NOTHING = Looked(0, 0, ())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past") / "home"
    past(folder, COUNTY, UNIVERSITY)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A home with one release to each of two recipients, nobody protected."""
    return replace(Desk.at(tmp_path), home=Home(Path(shutil.copytree(made, tmp_path / "home"))))


def test_nothing_is_found_while_nobody_is_newly_shielded(desk: Desk) -> None:
    assert look(desk) == NOTHING
    assert look(desk) == NOTHING
    assert Ledger(desk.home).case_events() == []


def test_a_filing_learned_of_after_the_release_opens_a_case_of_every_recipient(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    looked = look(desk)
    assert (looked.people, looked.releases, len(looked.cases)) == (1, 2, 2)
    cases = {case.recipient: case for case in book(desk).all().values()}
    assert set(cases) == {COUNTY, UNIVERSITY}
    for recipient, membership in ((COUNTY, Membership.WITHHELD), (UNIVERSITY, Membership.HIDDEN)):
        (exposed,) = cases[recipient].exposed
        assert (exposed.trigger, exposed.membership, exposed.people) == (Trigger.PROTECTION, membership, 1)
        assert exposed.searched
        assert "enforcement.encounters.date_of_birth: year" in exposed.columns
        assert not any(column.endswith(("drop", "withhold")) for column in exposed.columns)
        assert cases[recipient].state is CaseState.DECISION
    verify_ledger(desk.home, Signer.of(desk.home, desk.keys))


def test_the_same_is_found_once_whatever_is_lost_in_between(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    assert look(desk).cases
    assert look(desk).cases == ()
    # As after a restore of the registry from before the look: everything is looked at again.
    set_mark(desk.registry, Mark(None, 0, THEN.date()), rules="")
    again = look(desk)
    assert again.people > 0
    assert again.cases == ()


def test_somebody_else_found_later_extends_the_open_case(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    look(desk)
    files_for_a_u_visa(desk, 5)
    assert look(desk).releases == 2
    cases = book(desk).all()
    assert len(cases) == 2
    assert all(case.people == 2 for case in cases.values())


def test_what_a_release_knew_is_not_in_question(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    look(desk)
    for name in list(book(desk).all()):
        book(desk).decide(name, Decision.NO_ACTION, by="compliance", reference="REF-1")
    assert released(desk, COUNTY).state is State.RELEASED
    assert look(desk).cases == ()


def test_a_release_recorded_behind_a_look_and_made_by_less_is_found(desk: Desk) -> None:
    """An evaluation that commits between the gate and the ledger: the look it starts cannot see the release."""
    ledger = Ledger(desk.home)
    (_, first), *_ = ledger.entries()
    files_for_a_u_visa(desk, 3)
    look(desk)
    late = first.model_copy(update={"release_id": "r-late"})
    ledger.record(late, ledger.people_of(first.release_id), Signer.of(desk.home, desk.keys))
    looked = look(desk)
    assert looked.releases == 1
    case = next(case for case in book(desk).all().values() if "r-late" in case.releases)
    assert case.exposed[-1].people == 1
    # It kept no plan: how its rows were treated nobody can say, and its package is not here.
    assert case.exposed[-1].membership is None
    assert not case.exposed[-1].searched


def test_an_entry_that_does_not_say_what_was_known_is_taken_to_have_known_less(desk: Desk) -> None:
    ledger = Ledger(desk.home)
    (_, first), *_ = ledger.entries()
    desk.judge(now=LATER)
    old = first.model_copy(update={"release_id": "r-old", "known_at": "", "recorded_at": first.recorded_at})
    ledger.record(old, ledger.people_of(first.release_id), Signer.of(desk.home, desk.keys))
    files_for_a_u_visa(desk, 3)
    look(desk)
    found = {release for case in book(desk).all().values() for release in case.releases}
    # Recorded after the filing was known, by more than an evaluation takes: it knew.
    assert "r-old" not in found
    assert len(found) == 2


def test_what_the_audit_finds_in_the_package_is_said(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    county = next(entry for _, entry in Ledger(desk.home).entries() if entry.recipient == COUNTY)
    package = desk.home.released / COUNTY / county.release_id
    file = next((package / "data").rglob("*.csv"))
    file.chmod(0o644)
    lines = file.read_text().splitlines()
    told = ",".join([application(3)["a_number"], *lines[1].split(",")[1:]])
    file.write_text("\n".join([lines[0], told, *lines[2:]]) + "\n")
    look(desk)
    case = next(case for case in book(desk).all().values() if case.recipient == COUNTY)
    assert case.exposed[0].findings.get("a_number", 0) >= 1


def test_a_package_that_is_gone_is_said_to_be(desk: Desk) -> None:
    shutil.rmtree(desk.home.released / COUNTY)
    files_for_a_u_visa(desk, 3)
    look(desk)
    case = next(case for case in book(desk).all().values() if case.recipient == COUNTY)
    assert (case.exposed[0].searched, case.exposed[0].people) == (False, 1)


def test_two_records_that_turn_out_to_be_one_person_are_found(tmp_path: Path) -> None:
    """Somebody protected all along, whose row bore another number: the merge brings the protection."""
    desk = Desk.at(tmp_path)
    by_print = encounter(21, a_number="", fin="77812345", date_of_birth="")
    desk.deliver("benefits", {"applications": [application(20, **VICTIM), application(1)]})
    desk.deliver("enforcement", {"encounters": [encounter(1), by_print]})
    desk.judge(now=THEN)
    assert released(desk, COUNTY).state is State.RELEASED
    both = encounter(20, fin="77812345", encounter_id="E3")
    desk.deliver("enforcement", {"encounters": [both]}, batch="both")
    desk.judge(now=LATER)
    look(desk)
    (case,) = book(desk).all().values()
    assert case.people == 1


def test_releases_to_the_recipient_are_frozen_until_somebody_decides(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    # Nobody has looked back yet: planning does.
    with pytest.raises(RecipientFrozenError, match="E750"):
        released(desk, COUNTY)
    case = next(case for case in book(desk).all().values() if case.recipient == COUNTY)
    book(desk).decide(case.name, Decision.RECALL, by="compliance", reference="REF-1")
    with pytest.raises(RecipientFrozenError, match="recalls"):
        released(desk, COUNTY)
    book(desk).decide(case.name, Decision.INFORM, by="compliance", reference="REF-2")
    assert released(desk, COUNTY).state is State.RELEASED


def test_a_standing_decision_closes_what_was_treated_alike_and_holds_nothing(desk: Desk) -> None:
    files_for_a_u_visa(desk, 3)
    look(desk, load_lookback().model_copy(update={"treated_alike": TreatedAlike.CLOSE}))
    cases = {case.recipient: case for case in book(desk).all().values()}
    assert cases[UNIVERSITY].state is CaseState.CLOSED
    assert not cases[UNIVERSITY].is_frozen
    # Rows of the county were released in full: that is for a person to decide.
    assert cases[COUNTY].is_frozen


def test_a_tightened_profile_brings_its_earlier_releases_into_question_once(desk: Desk) -> None:
    assert look(desk) == NOTHING
    profile = desk.project.recipients[COUNTY]
    tighter = profile.model_copy(
        update={"treatments": profile.treatments | {"marital_status": Treatment.DROP}}
    )
    drafted = replace(desk.project, recipients=desk.project.recipients | {COUNTY: tighter})
    desk.project = drafted
    # A draft that nobody has signed is no policy.
    assert look(desk).cases == ()
    desk.project = signed(drafted)
    assert look(desk).releases == 1
    (case,) = book(desk).all().values()
    (exposed,) = case.exposed
    assert (case.recipient, exposed.trigger, exposed.people) == (COUNTY, Trigger.POLICY, 6)
    assert exposed.columns == ("enforcement.encounters.marital_status_descr: keep then, not given today",)
    assert look(desk).cases == ()


def test_a_loosened_profile_does_not(desk: Desk) -> None:
    look(desk)
    profile = desk.project.recipients[COUNTY]
    looser = profile.model_copy(update={"treatments": profile.treatments | {"event_date": Treatment.MONTH}})
    desk.project = replace(desk.project, recipients=desk.project.recipients | {COUNTY: looser})
    assert look(desk).cases == ()


def test_narratives_that_the_scrubber_masks_more_of_today_are_counted(desk: Desk) -> None:
    """A release of an earlier version, which left a telephone number that today's scrubber masks."""
    (entry,) = (entry for _, entry in Ledger(desk.home).entries() if entry.recipient == UNIVERSITY)
    kept = desk.home.plans / UNIVERSITY / entry.release_id
    ReleasePlan.read(kept).model_copy(update={"library_version": "0.0.1"}).write(kept)
    assert look(desk).cases == ()
    path = next((desk.home.released / UNIVERSITY / entry.release_id / "data").rglob("*.parquet"))
    path.chmod(0o644)
    table = pq.read_table(path)
    texts = ["Call (212) 555-0147 tonight.", *table["narrative"].to_pylist()[1:]]
    place = table.column_names.index("narrative")
    pq.write_table(table.set_column(place, "narrative", pa.array(texts)), path)
    set_mark(desk.registry, Mark(), rules="those of the version before")
    looked = look(desk)
    (case,) = book(desk).all().values()
    assert looked.cases == (case.name,)
    assert [(e.trigger, e.texts, e.people) for e in case.exposed] == [(Trigger.TEXT, 1, 0)]
    set_mark(desk.registry, Mark(), rules="other ones")
    assert look(desk).cases == ()


def test_a_word_that_is_denied_from_now_on_puts_earlier_narratives_in_question(desk: Desk) -> None:
    assert pipeline.look_back(desk.site).cases == ()
    terms = TermBook(desk.home, desk.keys)
    made = terms.propose(Change.ADD, TermList.DENY, "served with", by="mara")
    assert pipeline.look_back(desk.site).cases == (), "nothing is in force before two agree"
    terms.decide(made.number, confirmed=True, by="ines")
    looked = pipeline.look_back(desk.site)
    (case,) = book(desk).all().values()
    assert looked.cases == (case.name,)
    assert [(e.trigger, e.texts) for e in case.exposed] == [(Trigger.TEXT, 6)]
    allowed = terms.propose(Change.ADD, TermList.ALLOW, "zorvath", by="mara")
    terms.decide(allowed.number, confirmed=True, by="ines")
    assert pipeline.look_back(desk.site).cases == (case.name,), "what is masked stays in question"
