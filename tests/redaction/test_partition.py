from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from shield1367.config.fields import Treatment
from shield1367.disclosure.banner import BANNER
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.disclosure.planning import BANNER_COLUMN, PERSON, STATUS, StaleRegistryError, make_plan
from shield1367.protection.links import RowLink, links_path, read_links, write_links
from shield1367.protection.status import Status
from shield1367.redaction import partition, planned
from shield1367.redaction.again import Again
from shield1367.redaction.partition import (
    part_path,
    read_people,
    read_results,
    redact_part,
)
from shield1367.redaction.planned import LEDGER_PURPOSE, StagedPartChangedError
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.storage import sha256
from tests.config.signing import signed
from tests.protection.site import DAY, PROJECT, Desk, a_number, application, encounter
from tests.redaction.notes import with_notes

UNIVERSITY, COUNTY, OVERSIGHT = "state-university-research", "county-analytics", "crcl-oversight"
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
PEOPLE = 12
SHIELDED = (1, 5)
# Without a name model: what is tested here is the partition, not the scrubber.
QUICK = replace(PROJECT, text=PROJECT.text.model_copy(update={"ner": "none"}))


def victim_name() -> str:
    paper = application(1)
    return f"{paper['given_name']} {paper['family_name']}"


@pytest.fixture
def judged(tmp_path: Path) -> Desk:
    """Twelve encounters, two of people with a covered application; another one names the first victim."""
    desk = Desk.at(tmp_path, QUICK)
    papers = [application(n, **(VICTIM if n in SHIELDED else {})) for n in range(1, PEOPLE + 1)]
    rows = [encounter(n, encounter_id=f"E{n:06d}") for n in range(1, PEOPLE + 1)]
    rows[2]["narrative"] = f"Subject was seen with {victim_name()} ({a_number(1)})."
    desk.deliver("benefits", {"applications": papers})
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    return desk


def redact(desk: Desk, recipient: str) -> tuple[Path, ReleasePlan, PartResult]:
    """Plan a release and redact its encounters."""
    plan = make_plan(desk.home, desk.keys, desk.project, recipient, as_of=DAY)
    work = desk.home.work / recipient / plan.release_id
    plan.write(work)
    (index,) = (part.index for dataset, part in plan.parts() if dataset.dataset == "encounters")
    return work, plan, redact_part(desk.home, desk.keys, desk.project, work, index)


def table(work: Path, plan: ReleasePlan) -> list[dict[str, Any]]:
    (path,) = (
        part_path(work, dataset, part) for dataset, part in plan.parts() if dataset.dataset == "encounters"
    )
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("recipient", "released", "withheld"),
    [(UNIVERSITY, PEOPLE, 0), (COUNTY, PEOPLE - len(SHIELDED), len(SHIELDED)), (OVERSIGHT, PEOPLE, 0)],
)
def test_rows_reconcile_under_every_membership(
    judged: Desk, recipient: str, released: int, withheld: int
) -> None:
    work, plan, result = redact(judged, recipient)
    assert (result.rows_in, result.released, result.withheld) == (PEOPLE, released, withheld)
    assert result.protected_rows == len(SHIELDED)
    assert len(table(work, plan)) == released
    assert read_results(work) == [result]


def test_withheld_leaves_out_the_shielded_rows_and_no_others(judged: Desk) -> None:
    work, plan, _ = redact(judged, COUNTY)
    pseudonyms = Pseudonyms(judged.keys, recipient=COUNTY, release_id=plan.release_id)
    expected = {
        pseudonyms.of("person_id", judged.person(a_number(n)))
        for n in range(1, PEOPLE + 1)
        if n not in SHIELDED
    }
    assert {row[PERSON] for row in table(work, plan)} == expected


def test_hidden_treats_protected_rows_like_all_others(judged: Desk) -> None:
    """Two rows that differ in their person only, one protected, one not, come out equal."""
    work, plan, _ = redact(judged, UNIVERSITY)
    rows = table(work, plan)
    varying = {PERSON, "encounter_id", "date_of_birth", "narrative"}
    assert len({tuple(v for k, v in row.items() if k not in varying) for row in rows}) == 1
    assert not {STATUS, BANNER_COLUMN} & set(rows[0])


def test_hidden_gives_the_same_cells_whether_or_not_somebody_is_protected(
    judged: Desk, tmp_path: Path
) -> None:
    other = Desk.at(tmp_path / "other", QUICK)
    papers = [application(n) for n in range(1, PEOPLE + 1)]
    other.deliver("benefits", {"applications": papers})
    other.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, PEOPLE + 1)]})
    other.judge()
    keyed = {PERSON, "encounter_id", "narrative"}

    def bare(desk: Desk) -> list[list[tuple[str, Any]]]:
        work, plan, _ = redact(desk, UNIVERSITY)
        return sorted([(k, v) for k, v in row.items() if k not in keyed] for row in table(work, plan))

    assert bare(judged) == bare(other)


def test_marked_adds_status_and_banner(judged: Desk) -> None:
    work, plan, _ = redact(judged, OVERSIGHT)
    rows = table(work, plan)
    marked = {row["a_number"]: (row[STATUS], row[BANNER_COLUMN]) for row in rows}
    assert marked[a_number(1)] == (Status.PROTECTED, BANNER)
    assert marked[a_number(2)] == (Status.CLEAR, None)
    assert sum(banner is not None for _, banner in marked.values()) == len(SHIELDED)


def test_a_narrative_inside_json_is_scrubbed_and_counted_like_any_other(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path, with_notes(QUICK))
    told = [f"Seen with {victim_name()} ({a_number(1)}), row {n}." for n in range(1, PEOPLE + 1)]
    rows = [encounter(n, narrative=told[n - 1]) for n in range(1, PEOPLE + 1)]
    for row, text in zip(rows, told, strict=True):
        row["criminal_charges"] = json.dumps([{"by": {"NOTE": text}, "CHARGE_STATUS": 2, "x": text}])
    papers = [application(n, **(VICTIM if n in SHIELDED else {})) for n in range(1, PEOPLE + 1)]
    desk.deliver("benefits", {"applications": papers})
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    work, plan, result = redact(desk, UNIVERSITY)
    released = table(work, plan)
    for row in released:
        assert json.loads(row["criminal_charges"]) == [{"by": {"NOTE": row["narrative"]}, "CHARGE_STATUS": 2}]
    assert all(victim_name().lower() not in str(row).lower() for row in released)
    assert (result.texts, result.spans["PERSON"]) == (2 * PEOPLE, 2 * PEOPLE)
    sample, count = Again(desk.home, desk.keys, desk.project, plan).sample(5 * PEOPLE, lambda place: place)
    assert count == 2 * PEOPLE
    assert sorted(one.text for one in sample) == sorted(2 * told)


def test_a_narrative_of_somebody_else_does_not_name_the_victim(judged: Desk) -> None:
    work, plan, result = redact(judged, UNIVERSITY)
    text = " ".join(row["narrative"] for row in table(work, plan)).lower()
    assert victim_name().split()[0].lower() not in text
    assert a_number(1)[1:] not in text
    assert "[a_number]" in text
    assert result.texts == PEOPLE
    assert result.spans["A_NUMBER"] == 1


def test_no_outside_cell_holds_a_direct_identifier(judged: Desk) -> None:
    for recipient in (UNIVERSITY, COUNTY):
        work, plan, _ = redact(judged, recipient)
        content = repr(table(work, plan)).lower()
        for n in range(1, PEOPLE + 1):
            paper = application(n)
            for column in ("family_name", "given_name", "date_of_birth"):
                assert paper[column].lower() not in content, column
            assert a_number(n)[1:] not in content


def rewrite(desk: Desk, change: Callable[[list[dict[str, Any]], list[RowLink]], list[int]]) -> None:
    """Put the staged rows into another order, links along."""
    plan = make_plan(desk.home, desk.keys, desk.project, UNIVERSITY, as_of=DAY)
    (part,) = (part for dataset, part in plan.parts() if dataset.dataset == "encounters")
    path = desk.home.root / part.staged
    staged = pq.read_table(path)
    links = read_links(desk.home.root / links_path(part.staged))
    order = change(staged.to_pylist(), links)
    pq.write_table(staged.take(order), path)
    moved = {old: new for new, old in enumerate(order)}
    write_links(
        desk.home.root / links_path(part.staged),
        [replace(link, position=moved[link.position]) for link in links],
    )


def test_the_released_order_does_not_follow_the_sources(
    judged: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, plan, _ = redact(judged, UNIVERSITY)
    first = table(work, plan)
    staged = list(range(1, PEOPLE + 1))
    pseudonyms = Pseudonyms(judged.keys, recipient=UNIVERSITY, release_id=plan.release_id)
    numbers = {pseudonyms.of("person_id", judged.person(a_number(n))): n for n in staged}
    assert [numbers[row[PERSON]] for row in first] not in (staged, staged[::-1])

    rewrite(judged, lambda rows, links: list(reversed(range(len(rows)))))
    (work / "parts").rename(work / "before")
    monkeypatch.setattr(planned, "sha256", lambda path: plan.parts()[0][1].sha256)
    redact_part(judged.home, judged.keys, judged.project, work, 0)
    assert table(work, plan) == first


def test_a_staged_part_that_changed_is_refused(judged: Desk) -> None:
    plan = make_plan(judged.home, judged.keys, judged.project, UNIVERSITY, as_of=DAY)
    work = judged.home.work / UNIVERSITY / plan.release_id
    plan.write(work)
    rewrite(judged, lambda rows, links: list(reversed(range(len(rows)))))
    with pytest.raises(StagedPartChangedError, match=r"part-\d+\.parquet"):
        redact_part(judged.home, judged.keys, judged.project, work, 0)
    assert read_results(work) == []


def test_a_registry_that_changed_since_the_plan_is_refused(judged: Desk) -> None:
    plan = make_plan(judged.home, judged.keys, judged.project, UNIVERSITY, as_of=DAY)
    work = judged.home.work / UNIVERSITY / plan.release_id
    plan.write(work)
    judged.deliver("benefits", {"applications": [application(2, **VICTIM)]}, batch="b2")
    judged.judge()
    with pytest.raises(StaleRegistryError, match="plan the release again"):
        redact_part(judged.home, judged.keys, judged.project, work, 0)


def test_a_second_call_leaves_the_partition_and_a_fresh_one_gives_the_same_bytes(judged: Desk) -> None:
    work, _, result = redact(judged, UNIVERSITY)
    files = {path: (sha256(path), path.stat().st_mtime_ns) for path in work.glob("parts/*/*")}
    assert redact_part(judged.home, judged.keys, judged.project, work, 0) == result
    assert {path: (sha256(path), path.stat().st_mtime_ns) for path in work.glob("parts/*/*")} == files
    (work / "parts").rename(work / "before")
    assert redact_part(judged.home, judged.keys, judged.project, work, 0) == result
    assert {path: sha256(path) for path in work.glob("parts/*/*")} == {p: h for p, (h, _) in files.items()}


def test_a_run_killed_before_its_result_is_done_again(judged: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(partition, "write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        redact(judged, UNIVERSITY)
    monkeypatch.undo()
    work, plan, result = redact(judged, UNIVERSITY)
    assert result.released == len(table(work, plan)) == PEOPLE


def test_the_people_of_a_part_are_those_of_its_released_rows(judged: Desk) -> None:
    """By keyed fingerprint, as the ledger keeps them; of withheld rows nobody."""
    fingerprint = judged.keys.fingerprint(LEDGER_PURPOSE)
    everybody = {n: fingerprint.of(judged.person(a_number(n))) for n in range(1, PEOPLE + 1)}
    hidden, plan, _ = redact(judged, UNIVERSITY)
    assert read_people(hidden, judged.keys, plan) == set(everybody.values())
    withheld, plan, _ = redact(judged, COUNTY)
    assert read_people(withheld, judged.keys, plan) == {f for n, f in everybody.items() if n not in SHIELDED}


def test_cells_that_are_not_of_their_kind_are_withheld_and_counted(judged: Desk) -> None:
    rows = [encounter(n, encounter_id=f"F{n:06d}") for n in range(1, 5)]
    for row in rows:
        row["state"] = "CA"
    rows[0]["apprehension_date"], rows[1]["state"], rows[2]["apprehension_date"] = (
        "9999-12-31",
        "QUERALT",
        "02/31/2024",
    )
    judged.deliver("enforcement", {"encounters": rows}, batch="b2")
    judged.judge()
    plan = make_plan(judged.home, judged.keys, judged.project, UNIVERSITY, as_of=DAY)
    work = judged.home.work / UNIVERSITY / plan.release_id
    plan.write(work)
    results = [
        redact_part(judged.home, judged.keys, judged.project, work, part.index) for _, part in plan.parts()
    ]
    assert sorted((r.unfit for r in results), key=len) == [{}, {"apprehension_date": 2, "state": 1}]
    tables = [pq.read_table(part_path(work, dataset, part)) for dataset, part in plan.parts()]
    (late,) = (table for table in tables if len(table) == len(rows))
    assert late["apprehension_date"].null_count == 2
    assert late["state"].null_count == 1


def test_shifted_dates_keep_the_intervals_of_a_person_across_datasets(judged: Desk) -> None:
    profile = judged.project.recipients[OVERSIGHT]
    shifts = {"event_date": Treatment.SHIFT, "filing_date": Treatment.SHIFT, "a_number": Treatment.KEEP}
    shifting = profile.model_copy(update={"treatments": {**profile.treatments, **shifts}})
    project = replace(judged.project, recipients={OVERSIGHT: shifting})
    judged.project = signed(project)
    plan = make_plan(judged.home, judged.keys, judged.project, OVERSIGHT, as_of=DAY)
    work = judged.home.work / OVERSIGHT / plan.release_id
    plan.write(work)
    rows: dict[str, list[dict[str, Any]]] = {}
    for dataset, part in plan.parts():
        redact_part(judged.home, judged.keys, judged.project, work, part.index)
        rows[dataset.dataset] = pq.read_table(part_path(work, dataset, part)).to_pylist()
    filed = {row["a_number"]: row["filed_date"] for row in rows["applications"]}
    apart = {row["apprehension_date"] - filed[row["a_number"]] for row in rows["encounters"]}
    assert apart == {date(2025, 3, 4) - date(2020, 1, 15)}
    assert len(set(filed.values())) > PEOPLE // 2
