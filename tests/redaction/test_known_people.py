"""The registry reaches whoever redacts as a sealed snapshot, opened once a process, not as a database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError, make_plan
from shield1367.protection.registry.store import Registry
from shield1367.protection.sealed_lines import SealedLines, SnapshotBrokenError
from shield1367.redaction import known_people as module
from shield1367.redaction.again import Again
from shield1367.redaction.canaries import gather
from shield1367.redaction.known_people import known_people, seal_index, seal_planned, snapshot_path
from shield1367.redaction.partition import redact_part
from shield1367.redaction.planned import planned_snapshot
from shield1367.storage import sha256
from tests.protection.site import DAY, Desk, a_number, application, encounter
from tests.redaction.test_partition import COUNTY, QUICK, UNIVERSITY, VICTIM


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.at(tmp_path, QUICK)
    desk.deliver("benefits", {"applications": [application(n, **VICTIM) for n in (1, 2, 3)]})
    told = {"narrative": f"Subject was seen with {application(1)['family_name']} ({a_number(2)})."}
    for batch in ("b1", "b2"):
        rows = [encounter(n, encounter_id=f"{batch}{n}", spouse_name="Zenaida Okoro", **told) for n in (1, 2)]
        desk.deliver("enforcement", {"encounters": rows}, batch=batch)
    desk.judge()
    return desk


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    module._KEPT.clear()
    yield
    module._KEPT.clear()


def planned(desk: Desk, recipient: str, *, sealed: bool) -> ReleasePlan:
    plan = make_plan(desk.home, desk.keys, desk.project, recipient, as_of=DAY)
    work = desk.home.work / recipient / plan.release_id
    plan = gather(desk.home, desk.keys, desk.project, plan, work)
    plan.write(work)
    if sealed:
        seal_planned(desk.home, desk.keys, plan)
        seal_index(desk.home, desk.keys, plan)
    return plan


def redacted(desk: Desk, plan: ReleasePlan) -> dict[str, str]:
    work = desk.home.work / plan.recipient / plan.release_id
    for _, part in plan.parts():
        redact_part(desk.home, desk.keys, desk.project, work, part.index)
    files = {path.relative_to(work).as_posix(): sha256(path) for path in work.glob("parts/*/*")}
    (work / "parts").rename(work / f"parts-{len(list(work.iterdir()))}")
    return files


@pytest.mark.parametrize("recipient", [UNIVERSITY, COUNTY])
def test_partitions_are_redacted_without_the_registry_to_the_same_bytes(
    desk: Desk, recipient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(desk, recipient, sealed=False)
    by_registry = redacted(desk, plan)
    seal_planned(desk.home, desk.keys, plan)
    assert redacted(desk, plan) == by_registry
    seal_index(desk.home, desk.keys, plan)
    module._KEPT.clear()
    monkeypatch.setattr(Registry, "__init__", lambda *_: pytest.fail("the registry was opened"))
    assert redacted(desk, plan) == by_registry
    assert len(by_registry) >= 6


def test_it_is_opened_once_a_process_and_shared_with_those_forked_from_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(desk, UNIVERSITY, sealed=True)
    opened: list[str] = []
    lines = SealedLines.__iter__

    def counted(self: SealedLines) -> Iterator[tuple[str, bytes]]:
        opened.append(self._of)
        return lines(self)

    monkeypatch.setattr(SealedLines, "__iter__", counted)
    first = redacted(desk, plan)
    # The answers once and the index once, for two partitions.
    assert opened == [plan.release_id, f"{plan.release_id}/index"]
    assert redacted(desk, plan) == first
    child = os.fork()
    if child == 0:
        os._exit(0 if redacted(desk, plan) == first and len(opened) == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert len(opened) == 2


def test_the_next_release_takes_the_place_of_the_last(desk: Desk) -> None:
    first, second = (planned(desk, recipient, sealed=True) for recipient in (UNIVERSITY, COUNTY))
    one = known_people(desk.home, desk.keys, first)
    assert known_people(desk.home, desk.keys, first) is one
    other = known_people(desk.home, desk.keys, second)
    assert len(module._KEPT) == 1
    # No narrative of the second is searched for anybody.
    assert list(other.identities()) == []
    assert {person.person_id for person in one.identities()} == set(one.snapshot.statuses)
    # Sealed anew, it is read anew.
    seal_planned(desk.home, desk.keys, second)
    assert known_people(desk.home, desk.keys, second) is not other


def test_another_releases_snapshot_is_refused(desk: Desk) -> None:
    plan, other = (planned(desk, recipient, sealed=True) for recipient in (UNIVERSITY, COUNTY))
    path = snapshot_path(desk.home, plan)
    path.write_bytes(snapshot_path(desk.home, other).read_bytes())
    with pytest.raises(SnapshotBrokenError):
        known_people(desk.home, desk.keys, plan)
    seal_planned(desk.home, desk.keys, plan)
    changed = plan.model_copy(update={"hashes": plan.hashes.model_copy(update={"registry": "0" * 64})})
    with pytest.raises(StaleRegistryError, match="another registry"):
        known_people(desk.home, desk.keys, changed)


def test_a_registry_that_moved_on_is_sealed_for_no_plan(desk: Desk) -> None:
    plan = planned(desk, UNIVERSITY, sealed=False)
    desk.deliver("benefits", {"applications": [application(4, **VICTIM)]}, batch="b9")
    desk.judge()
    with pytest.raises(StaleRegistryError):
        seal_planned(desk.home, desk.keys, plan)
    assert not snapshot_path(desk.home, plan).exists()


def test_answers_that_were_read_before_are_sealed_as_long_as_they_are_those_of_the_registry(
    desk: Desk,
) -> None:
    plan = planned(desk, UNIVERSITY, sealed=False)
    read = planned_snapshot(Registry(desk.home, desk.keys), plan)
    seal_planned(desk.home, desk.keys, plan, snapshot=read)
    path = snapshot_path(desk.home, plan)
    assert known_people(desk.home, desk.keys, plan).snapshot == read
    path.unlink()
    desk.deliver("benefits", {"applications": [application(4, **VICTIM)]}, batch="b9")
    desk.judge()
    with pytest.raises(StaleRegistryError):
        seal_planned(desk.home, desk.keys, plan, snapshot=read)
    assert not path.exists()


def test_a_sample_knows_who_is_in_it(desk: Desk) -> None:
    plan = planned(desk, UNIVERSITY, sealed=True)
    again = Again(desk.home, desk.keys, desk.project, plan)
    sample, count = again.sample(2, lambda place: place)
    assert count == 4
    for narrative in sample:
        kinds = {kind for person in again.people_of(narrative) for kind in person.values}
        assert {"a_number", "family_name"} <= kinds
