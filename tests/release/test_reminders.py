"""Approvals that wait: what is due when, who knows already, and what is no matter for a reminder any more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shield1367.config.project import Project, load_project
from shield1367.config.recipient.terms import Approval
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.release.approval import Verdict, answer, ask
from shield1367.release.reminders import TOLD, Due, Step, due
from shield1367.release.signing import Signer

COUNTY = "county-analytics"
SIGNER = Signer(Keys(b"k" * 32), ("",))
DIGEST = "3f9ac01d22ab" + "0" * 52
OFFICE = ("chief@agency.example",)
ASKING = Approval(
    required=True, approvers=("ada", "bo", "cy"), within="72h",
    remind_after="24h", escalate_after="2d", escalate_to=OFFICE,
)  # fmt: skip
PROJECT = load_project(recipients=[COUNTY])


def project(approval: Approval = ASKING) -> Project:
    profile = PROJECT.recipients[COUNTY].model_copy(update={"approval": approval})
    return replace(PROJECT, recipients={COUNTY: profile})


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / COUNTY / "r-1"
    ask(folder, ASKING, release_id="r-1", recipient=COUNTY, digest=DIGEST, by="eve")
    return folder


def look(work: Path, hours: float, approval: Approval = ASKING) -> list[Due]:
    now = datetime.now(UTC) + timedelta(hours=hours)
    found, unreadable = due(Home(root=work.parents[2]), project(approval), SIGNER, now=now)
    assert unreadable == []
    return found


def say(work: Path, verdict: Verdict, by: str = "ada", approval: Approval = ASKING) -> None:
    code, now = DIGEST[:12], datetime.now(UTC)
    answer(work, approval, SIGNER, by=by, verdict=verdict, code=code, reason="as agreed", at=now)


@pytest.mark.parametrize(
    ("hours", "steps"),
    [
        (0, []),
        (23.9, []),
        (24.1, [Step.REMIND]),
        (48.1, [Step.REMIND, Step.ESCALATE]),
        (71.9, [Step.REMIND, Step.ESCALATE]),
        (72.1, []),
    ],
)
def test_first_the_approvers_are_reminded_then_somebody_else_is_told(
    work: Path, hours: float, steps: list[Step]
) -> None:
    found = look(work, hours)
    assert [one.step for one in found] == steps
    assert [one.escalate_to for one in found] == [(), OFFICE][: len(steps)]


def test_each_place_is_told_once_of_each_step(work: Path) -> None:
    (reminder,) = look(work, 25)
    reminder.note("slack")
    reminder.note("mail")
    reminder, escalation = look(work, 49)
    assert (reminder.told, escalation.told) == ({"slack", "mail"}, set())
    escalation.note("mail")
    assert [one.told for one in look(work, 50)] == [{"slack", "mail"}, {"mail"}]


def test_other_bytes_are_waited_for_anew(work: Path) -> None:
    (reminder,) = look(work, 25)
    reminder.note("slack")
    ask(work, ASKING, release_id="r-1", recipient=COUNTY, digest="a" * 64, by="eve")
    (reminder,) = look(work, 25)
    assert reminder.told == set()
    reminder.note("mail")
    assert look(work, 25)[0].told == {"mail"}


def test_nobody_is_told_of_what_was_answered(work: Path) -> None:
    say(work, Verdict.APPROVE)
    assert look(work, 50) == []


def test_nobody_is_told_of_what_was_rejected(work: Path) -> None:
    say(work, Verdict.REJECT)
    assert look(work, 50) == []


def test_half_of_four_eyes_still_waits(work: Path) -> None:
    both = ASKING.model_copy(update={"four_eyes": True})
    say(work, Verdict.APPROVE, approval=both)
    assert [one.step for one in look(work, 25, both)] == [Step.REMIND]
    say(work, Verdict.APPROVE, by="bo", approval=both)
    assert look(work, 25, both) == []


def test_a_profile_that_asks_for_none_gets_none(work: Path) -> None:
    plain = ASKING.model_copy(update={"remind_after": None, "escalate_after": None, "escalate_to": ()})
    assert look(work, 50, plain) == []


@pytest.mark.parametrize("name", ["approval.json", TOLD])
def test_what_cannot_be_read_is_said_and_hides_nothing_else(work: Path, name: str) -> None:
    ask(work.with_name("r-2"), ASKING, release_id="r-2", recipient=COUNTY, digest=DIGEST, by="eve")
    (work / name).write_text(json.dumps({"digest": 7}))
    now = datetime.now(UTC) + timedelta(hours=25)
    found, unreadable = due(Home(root=work.parents[2]), project(), SIGNER, now=now)
    assert [one.request.release_id for one in found] == ["r-2"]
    assert [(error.code, "r-1" in error.message) for error in unreadable] == [("E714", True)]


FAULTS = {
    "a reminder when it is too late": ({"remind_after": "72h"}, "is not before `within: 72h`"),
    "an escalation when it is too late": ({"escalate_after": "3d"}, "is not before `within: 72h`"),
    "an escalation to nobody": ({"escalate_to": []}, "go together"),
    "somebody never told": ({"escalate_after": None}, "go together"),
    "an escalation before the reminder": ({"escalate_after": "23h"}, "comes after escalate_after"),
    "something that is no address": ({"escalate_to": ["a@b.example, c@d.example"]}, "escalate_to"),
    "no time": ({"remind_after": "0h"}, "remind_after"),
    "nobody asked at all": (
        {"required": False, "approvers": [], "within": None},
        "are for `required: true`",
    ),
}


@pytest.mark.parametrize(("changes", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(changes: dict[str, object], message: str) -> None:
    content = ASKING.model_dump(mode="json") | changes
    with pytest.raises(ValidationError, match=message):
        Approval.model_validate(content)


def test_what_is_left_unsaid_is_no_part_of_what_was_signed() -> None:
    """A profile that was signed before there were reminders keeps its signature."""
    before = {"required": True, "approvers": ["ada"], "within": "72h", "four_eyes": False}
    assert Approval.model_validate(before).model_dump(mode="json") == before
    with_reminder = Approval.model_validate(before | {"remind_after": "24h"})
    assert with_reminder.content_hash() != Approval.model_validate(before).content_hash()


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 80), st.sampled_from(["mail", "slack", "teams"])), max_size=12),
)
def test_whenever_somebody_looks_no_place_is_told_twice(looks: list[tuple[int, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work" / COUNTY / "r-1"
        ask(work, ASKING, release_id="r-1", recipient=COUNTY, digest=DIGEST, by="eve")
        told: list[tuple[Step, str]] = []
        for hours, place in sorted(looks):
            for one in look(work, hours):
                if place not in one.told:
                    told.append((one.step, place))
                    one.note(place)
        assert len(told) == len(set(told))
