"""Approval by people: which answers count, for which bytes, until when; through real releases and the command."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367 import pipeline
from shield1367.config.recipient.terms import Approval
from shield1367.errors import Shield1367Error
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.freeze import RecipientFrozenError
from shield1367.lookback.record import CaseBook
from shield1367.pipeline import State
from shield1367.redaction.terms import Change, TermBook, TermList
from shield1367.release.approval import (
    Answer,
    AnswerRefusedError,
    RejectedError,
    Request,
    Verdict,
    WaitingForApprovalError,
    answer,
    ask,
    request_of,
    require_approved,
)
from shield1367.release.ledger import Decision, Exposed, Ledger, Trigger
from shield1367.release.manifest import ReleaseManifest
from shield1367.release.signing import Signer
from tests.config.signing import signed
from tests.lookback.past import COUNTY, past
from tests.protection.site import Desk, application, encounter

SIGNER = Signer(Keys(b"k" * 32), ("",))
OTHER_SITE = Signer(Keys(b"x" * 32), ("",))
DIGEST = "3f9ac01d22ab" + "0" * 52
ONE = Approval(required=True, approvers=("ada", "bo", "cy"), within="72h")
TWO = ONE.model_copy(update={"four_eyes": True})


@pytest.fixture
def asked(tmp_path: Path) -> Request:
    return ask(tmp_path, ONE, release_id="r-1", recipient="county", digest=DIGEST, by="eve")


def say(work: Path, by: str = "ada", approval: Approval = ONE, **changes: object) -> Answer:
    content = {
        "verdict": Verdict.APPROVE, "code": DIGEST[:12], "reason": "as agreed", "at": datetime.now(UTC),
    } | changes  # fmt: skip
    return answer(work, approval, SIGNER, by=by, **content)  # type: ignore[arg-type]


def carried(work: Path, approval: Approval = ONE, **changes: object) -> list[str]:
    content = {"digest": DIGEST, "now": None} | changes
    return [given.by for given in require_approved(work, approval, SIGNER, **content)]  # type: ignore[arg-type]


def test_one_approver_of_the_profile_carries_a_release(tmp_path: Path, asked: Request) -> None:
    with pytest.raises(WaitingForApprovalError, match=r"E710.*1 more approval.*ada, bo, cy"):
        carried(tmp_path)
    say(tmp_path, "bo")
    assert carried(tmp_path) == ["bo"]


def test_four_eyes_are_two_people(tmp_path: Path, asked: Request) -> None:
    say(tmp_path, "ada", TWO)
    say(tmp_path, "ada", TWO, reason="once more")
    with pytest.raises(WaitingForApprovalError):
        carried(tmp_path, TWO)
    say(tmp_path, "cy", TWO)
    assert sorted(carried(tmp_path, TWO)) == ["ada", "cy"]


REFUSED: dict[str, dict[str, object]] = {
    "not named by the profile": {"by": "mallory"},
    "nobody at all": {"by": ""},
    "the code of other bytes": {"code": "0" * 12},
    "no code": {"code": ""},
    "no reason": {"reason": ""},
    "a reason of blanks": {"reason": " \t\n\u00a0"},
    "an answer from before the question": {"at": datetime.now(UTC) - timedelta(hours=1)},
    "an answer too late": {"at": datetime.now(UTC) + timedelta(hours=73)},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_count_is_refused_and_not_recorded(
    tmp_path: Path, asked: Request, changes: dict[str, object]
) -> None:
    with pytest.raises(AnswerRefusedError, match="E712"):
        say(tmp_path, **changes)  # type: ignore[arg-type]
    with pytest.raises(WaitingForApprovalError):
        carried(tmp_path)


def test_whoever_prepared_it_does_not_approve_it(tmp_path: Path) -> None:
    ask(tmp_path, ONE, release_id="r-1", recipient="county", digest=DIGEST, by="ada")
    with pytest.raises(AnswerRefusedError, match="prepared"):
        say(tmp_path, "ada")
    say(tmp_path, "bo")
    assert carried(tmp_path) == ["bo"]


def test_a_rejection_stands_whoever_approves(tmp_path: Path, asked: Request) -> None:
    say(tmp_path, "ada")
    say(tmp_path, "bo", verdict=Verdict.REJECT, reason="the region is too small")
    with pytest.raises(RejectedError, match="rejected by bo") as refused:
        carried(tmp_path)
    # The reviewer's own words go into the ledger only.
    assert "too small" not in str(refused.value)


def test_somebody_may_think_again_until_it_goes(tmp_path: Path, asked: Request) -> None:
    say(tmp_path, "ada", verdict=Verdict.REJECT, reason="not yet")
    say(tmp_path, "ada", reason="now it is")
    assert carried(tmp_path) == ["ada"]


def test_no_answer_in_time_is_a_no(tmp_path: Path, asked: Request) -> None:
    late = datetime.now(UTC) + timedelta(hours=73)
    with pytest.raises(RejectedError, match="no answer is a no"):
        carried(tmp_path, now=late)


def test_an_approval_in_time_holds_after_the_time(tmp_path: Path, asked: Request) -> None:
    say(tmp_path, "ada")
    assert carried(tmp_path, now=datetime.now(UTC) + timedelta(days=30)) == ["ada"]


def test_other_bytes_are_asked_about_anew_and_old_answers_fall_away(tmp_path: Path, asked: Request) -> None:
    say(tmp_path, "ada")
    other = "a" * 64
    with pytest.raises(WaitingForApprovalError, match="as it is now"):
        carried(tmp_path, digest=other)
    again = ask(tmp_path, ONE, release_id="r-1", recipient="county", digest=other, by="eve")
    assert again.code == "a" * 12
    with pytest.raises(WaitingForApprovalError):
        carried(tmp_path, digest=other)


FORGED: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "another verdict": lambda c: c | {"answer": c["answer"].replace("reject", "approve")},
    "another name": lambda c: c | {"answer": c["answer"].replace('"ada"', '"bo"')},
    "a signature that is none": lambda c: c | {"signature": "AAAA"},
    "no base64": lambda c: c | {"signature": "#"},
    "an unknown key": lambda c: c | {"key": "0" * 64},
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_an_answer_that_the_site_did_not_sign_counts_for_nothing(
    tmp_path: Path, asked: Request, forge: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    say(tmp_path, "ada", verdict=Verdict.REJECT, reason="no")
    (path,) = (tmp_path / "answers").iterdir()
    path.write_text(json.dumps(forge(json.loads(path.read_text()))))
    with pytest.raises(WaitingForApprovalError):
        carried(tmp_path)


def test_an_answer_signed_by_another_site_counts_for_nothing(tmp_path: Path, asked: Request) -> None:
    answer(
        tmp_path, ONE, OTHER_SITE, by="ada", verdict=Verdict.APPROVE, code=DIGEST[:12], reason="x",
        at=datetime.now(UTC),
    )  # fmt: skip
    with pytest.raises(WaitingForApprovalError):
        carried(tmp_path)


@given(
    st.lists(st.tuples(st.sampled_from(["ada", "bo", "cy"]), st.sampled_from(Verdict)), max_size=6),
    st.booleans(),
)
def test_only_the_last_word_of_each_counts(words: list[tuple[str, Verdict]], four_eyes: bool) -> None:
    import tempfile

    approval = TWO if four_eyes else ONE
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ask(work, approval, release_id="r-1", recipient="county", digest=DIGEST, by="eve")
        for by, verdict in words:
            say(work, by, approval, verdict=verdict)
        last = dict(words)
        try:
            approved = set(carried(work, approval))
        except RejectedError:
            assert Verdict.REJECT in last.values()
        except WaitingForApprovalError:
            assert len(last) < approval.needed
            assert Verdict.REJECT not in last.values()
        else:
            assert approved == set(last)
            assert len(approved) >= approval.needed


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"required": True, "approvers": ["ada"], "within": "72h", "four_eyes": True}, "2 have to approve"),
        (
            {"required": True, "approvers": ["ada", "ada"], "within": "72h", "four_eyes": True},
            "2 have to approve",
        ),
        ({"required": True, "within": "72h"}, "1 have to approve"),
        ({"required": True, "approvers": ["ada"]}, "add `within: 72h`"),
        ({"required": True, "approvers": ["a b"], "within": "72h"}, "pattern"),
        ({"approvers": ["ada"]}, "for `required: true`"),
    ],
)
def test_settings_that_nobody_could_answer_are_refused(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Approval.model_validate(settings)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return past(tmp_path_factory.mktemp("approval") / "home").home.root


@pytest.fixture
def desk(staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Six people staged, and a county whose releases ada or bo have to approve."""
    monkeypatch.setenv("SHIELD1367_USER", "eve")
    made = Desk.at(Path(shutil.copytree(staged, tmp_path / "home")))
    county = made.project.recipients[COUNTY].model_copy(update={"approval": ONE})
    project = replace(made.project, recipients=made.project.recipients | {COUNTY: county})
    return replace(made, home=Home(root=tmp_path / "home"), project=signed(project))


def work_of(desk: Desk) -> Path:
    (work,) = (desk.home.work / COUNTY).iterdir()
    return work


def respond(desk: Desk, by: str, verdict: Verdict = Verdict.APPROVE) -> None:
    asked = request_of(work_of(desk))
    assert asked is not None
    pipeline.answer_request(
        desk.site, work_of(desk), by=by, verdict=verdict, code=asked.code, reason="as agreed"
    )


def test_a_release_waits_for_its_approver_and_then_goes_as_it_was_checked(desk: Desk) -> None:
    first = pipeline.export(desk.site, COUNTY)
    assert (first.state, "waits for 1 more approval" in (first.reason or "")) == (State.WAITING, True)
    assert Ledger(desk.home).entries() == []
    # Asking again makes nothing anew: whoever looks, looks at these bytes.
    files = {path: path.stat().st_mtime_ns for path in work_of(desk).rglob("*") if path.is_file()}
    assert pipeline.export(desk.site, COUNTY).state is State.WAITING
    assert {path: path.stat().st_mtime_ns for path in work_of(desk).rglob("*") if path.is_file()} == files
    respond(desk, "bo")
    outcome = pipeline.export(desk.site, COUNTY)
    assert (outcome.state, outcome.release_id) == (State.RELEASED, first.release_id)
    manifest = ReleaseManifest.read(Path(outcome.folder or ""))
    assert [line.partition(",")[0] for line in manifest.approved] == ["bo"]
    ((_, entry),) = Ledger(desk.home).entries()
    assert entry.approvals[0].startswith("bo, ")
    assert entry.approvals[0].endswith(": as agreed")
    # The reason is for the ledger: it may say more than a recipient should read.
    assert "as agreed" not in (Path(outcome.folder or "") / "manifest.json").read_text()


def test_a_rejected_release_is_held_and_not_asked_about_again_until_something_changes(desk: Desk) -> None:
    first = pipeline.export(desk.site, COUNTY)
    respond(desk, "ada", Verdict.REJECT)
    outcome = pipeline.export(desk.site, COUNTY)
    assert (outcome.state, "rejected by ada" in (outcome.reason or "")) == (State.HELD, True)
    with pytest.raises(RejectedError, match="Nothing has changed since"):
        pipeline.export(desk.site, COUNTY)
    desk.deliver("enforcement", {"encounters": [encounter(9)]}, batch="b9")
    desk.deliver("benefits", {"applications": [application(9)]}, batch="b9")
    desk.judge()
    again = pipeline.export(desk.site, COUNTY)
    assert again.state is State.WAITING
    assert again.release_id != first.release_id


def test_what_changed_while_it_waited_is_made_and_asked_about_anew(desk: Desk) -> None:
    first = pipeline.export(desk.site, COUNTY)
    respond(desk, "ada")
    desk.deliver("enforcement", {"encounters": [encounter(9)]}, batch="b9")
    desk.deliver(
        "benefits",
        {"applications": [application(9, form_type="I-918", filing_basis="U NONIMMIGRANT")]},
        batch="b9",
    )
    desk.judge()
    again = pipeline.export(desk.site, COUNTY)
    assert again.state is State.WAITING
    assert again.release_id != first.release_id
    assert Ledger(desk.home).entries() == []


def test_a_package_changed_while_it_waited_is_held_whoever_approved(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    respond(desk, "ada")
    file = next((work_of(desk) / "package" / "data").rglob("*.csv"))
    file.write_text(file.read_text() + "\n")
    outcome = pipeline.export(desk.site, COUNTY)
    assert (outcome.state, "changed after it was checked" in (outcome.reason or "")) == (State.HELD, True)


def test_whoever_ran_the_export_cannot_approve_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIELD1367_USER", "ada")
    pipeline.export(desk.site, COUNTY)
    with pytest.raises(AnswerRefusedError, match="prepared"):
        respond(desk, "ada")


def test_pressed_twice_an_answer_is_one(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    for _ in range(2):
        respond(desk, "ada")
    assert len(list((work_of(desk) / "answers").iterdir())) == 1
    outcome = pipeline.export(desk.site, COUNTY)
    (line,) = ReleaseManifest.read(Path(outcome.folder or "")).approved
    assert line.startswith("ada,")


def test_two_who_answer_at_once_both_count_and_it_goes_once(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    work = work_of(desk)
    at_once(lambda: respond(desk, "ada"), lambda: respond(desk, "bo"))
    assert len(list((work / "answers").iterdir())) == 2
    # Whoever comes second finds it released.
    assert at_once(*[lambda: pipeline.release(desk.site, work)] * 2) == []
    assert len(list((desk.home.released / COUNTY).iterdir())) == 1
    ((_, entry),) = Ledger(desk.home).entries()
    assert len(entry.approvals) == 2


def at_once(*acts: Callable[[], object]) -> list[Shield1367Error]:
    """Do all at the same time; what was refused of them."""
    refused: list[Shield1367Error] = []
    ready = threading.Barrier(len(acts))

    def go(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except Shield1367Error as error:
            refused.append(error)

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_who_disagree_at_once_the_no_stands(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    assert not at_once(lambda: respond(desk, "ada"), lambda: respond(desk, "bo", Verdict.REJECT))
    assert pipeline.export(desk.site, COUNTY).state is State.HELD
    assert Ledger(desk.home).entries() == []


def test_an_answer_to_what_has_gone_or_is_held_is_refused(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    work = work_of(desk)
    respond(desk, "ada")
    pipeline.export(desk.site, COUNTY)
    with pytest.raises(AnswerRefusedError, match="nobody is asked"):
        pipeline.answer_request(
            desk.site, work, by="bo", verdict=Verdict.REJECT, code="0" * 12, reason="too late"
        )
    assert not work.exists()


def put_in_question(desk: Desk) -> None:
    """A case about an earlier release to the county opens."""
    book = CaseBook(desk.home, Ledger(desk.home), Signer.of(desk.home, desk.keys))
    exposed = Exposed(release_id="r-before", trigger=Trigger.POLICY, released_at="2026-01-01")
    book.found(COUNTY, [exposed], {"x"})
    book.decide("case-1", Decision.RECALL, by="ada", reference="R-1")


def test_recalled_while_it_waits_nobody_approves_it_any_more(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    put_in_question(desk)
    with pytest.raises(RecipientFrozenError, match=r"E750.*recalls"):
        respond(desk, "ada")
    # A no is a no whatever happens elsewhere.
    respond(desk, "ada", Verdict.REJECT)


def test_recalled_after_it_was_approved_it_does_not_go(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    respond(desk, "ada")
    put_in_question(desk)
    with pytest.raises(RecipientFrozenError, match="E750"):
        pipeline.release(desk.site, work_of(desk))
    assert [entry for _, entry in Ledger(desk.home).entries()] == []


def test_a_deleted_dossier_lets_nobody_approve_and_nothing_go(desk: Desk) -> None:
    pipeline.export(desk.site, COUNTY)
    dossier = work_of(desk) / "package" / "dossier.html"
    kept = dossier.read_bytes()
    dossier.unlink()
    with pytest.raises(AnswerRefusedError, match=r"dossier of release .* is gone"):
        respond(desk, "ada")
    dossier.write_bytes(kept)
    respond(desk, "ada")
    dossier.unlink()
    outcome = pipeline.export(desk.site, COUNTY)
    assert outcome.state is State.HELD
    assert Ledger(desk.home).entries() == []


def test_a_word_denied_while_it_waited_has_it_made_anew(desk: Desk) -> None:
    """What two reviewers agreed is always masked is masked before anything goes."""
    first = pipeline.export(desk.site, COUNTY)
    respond(desk, "ada")
    book = TermBook(desk.home, desk.keys)
    made = book.propose(Change.ADD, TermList.DENY, "served", by="mara")
    book.decide(made.number, confirmed=True, by="ines")
    again = pipeline.export(desk.site, COUNTY)
    assert again.state is State.WAITING
    assert again.release_id != first.release_id
    assert Ledger(desk.home).entries() == []
