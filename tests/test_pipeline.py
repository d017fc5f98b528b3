"""The stages together: safe to run again, held when something leaks, released once the cause is mended."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.cli import main
from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import UnknownRecipientError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.pipeline import Site, State, UnknownBatchError
from shield1367.redaction.again import Again, Narrative
from shield1367.redaction.partition import part_path
from shield1367.release.ledger import Decision, Ledger, verify_ledger
from shield1367.release.package import PACKAGE
from shield1367.release.publish import ReleaseHeldError
from shield1367.release.signing import Signer
from shield1367.storage import sha256
from shield1367.testing.truth import TruePerson, read_people
from tests.config.signing import sign_folder

UNIVERSITY = "state-university-research"
COUNTY = "county-analytics"


def site_of(root: Path, config: Path | None = None) -> Site:
    home = Home(root=root)
    return Site(home=home, keys=Keys.load(home), project=load_project(config))


def recorded(site: Site) -> int:
    return verify_ledger(site.home, Signer.of(site.home, site.keys)).entries


@pytest.fixture
def site(home_after_a_run: Path) -> Site:
    return site_of(home_after_a_run)


def protected_person(root: Path) -> TruePerson:
    return next(person for person in read_people(root / "truth") if person.status == "PROTECTED")


def deliver_encounter(home: Home, **cells: str) -> str:
    """Land a batch of one encounter, like the first one there is but for *cells*; returns its id."""
    (first,) = (home.landing / "enforcement").iterdir()
    with gzip.open(next(first.glob("*.gz")), "rt", encoding="utf-8", errors="replace", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="|"))
    row = dict(zip(rows[0], rows[1], strict=True)) | {"encounter_id": "E99999999"} | cells
    text = io.StringIO()
    csv.writer(text, delimiter="|").writerows([rows[0], [row[name] for name in rows[0]]])
    folder = home.landing / "enforcement" / "b99999999"
    folder.mkdir()
    file = folder / "encounters_0001.csv.gz"
    file.write_bytes(gzip.compress(text.getvalue().encode()))
    manifest = json.loads((first / "manifest.json").read_text())
    manifest |= {
        "batch": folder.name,
        "files": [{"dataset": "encounters", "name": file.name, "rows": 1, "sha256": sha256(file)}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder.name


def take_in(site: Site, batch: str) -> None:
    receipt, changed = pipeline.stage(site, "enforcement", batch)
    assert (receipt.staged, receipt.quarantined, changed) == (1, 0, True)
    pipeline.protect(site)


# again


def test_every_stage_run_again_changes_nothing(site: Site) -> None:
    for source in site.project.contracts:
        for batch in pipeline.waiting_batches(site, source)[0]:
            _, changed = pipeline.stage(site, source, batch.batch)
            assert not changed
    assert pipeline.protect(site).changed is False
    for recipient in site.project.recipients:
        planned = pipeline.plan(site, recipient)
        assert (planned.state, planned.parts) == (State.UNCHANGED, ())
        outcome = pipeline.export(site, recipient)
        assert (outcome.state, outcome.release_id) == (State.UNCHANGED, planned.release_id)
        assert Path(outcome.folder or "").is_dir()
    assert recorded(site) == len(site.project.recipients)
    assert not site.home.held.exists()


def test_a_run_killed_between_ledger_and_publication_ends_with_one_entry(site: Site) -> None:
    (folder,) = (site.home.released / COUNTY).iterdir()
    before = sha256(next((folder / "data").rglob("*.csv")))
    shutil.rmtree(folder)
    outcome = pipeline.export(site, COUNTY)
    assert (outcome.state, outcome.folder) == (State.RELEASED, str(folder))
    assert sha256(next((folder / "data").rglob("*.csv"))) == before
    assert recorded(site) == 3


def test_every_step_of_an_export_may_be_repeated(site: Site) -> None:
    (folder,) = (site.home.released / COUNTY).iterdir()
    shutil.rmtree(folder)
    planned = pipeline.plan(site, COUNTY)
    assert pipeline.plan(site, COUNTY) == planned
    for index in (*planned.parts, *reversed(planned.parts)):
        pipeline.redact(site, planned.work, index)
    for step in (pipeline.validate, pipeline.audit, pipeline.document):
        assert step(site, planned.work)
        assert step(site, planned.work)
    assert pipeline.release(site, planned.work) == folder
    assert not planned.work.exists()


def test_a_new_row_makes_a_new_release_beside_the_old_one(site: Site) -> None:
    take_in(site, deliver_encounter(site.home))
    outcome = pipeline.export(site, COUNTY)
    assert outcome.state is State.RELEASED
    assert len(list((site.home.released / COUNTY).iterdir())) == 2
    assert pipeline.export(site, COUNTY).state is State.UNCHANGED


# unknown and unready


def test_what_is_not_there_is_said_so(site: Site) -> None:
    with pytest.raises(UnknownBatchError, match="batch b0 of court"):
        pipeline.stage(site, "court", "b0")
    with pytest.raises(UnknownBatchError, match="no contract for source 'nobody'"):
        pipeline.stage(site, "nobody", "b0")
    with pytest.raises(UnknownRecipientError, match="Mend: use one of county-analytics"):
        pipeline.export(site, "nobody")


def test_a_folder_without_its_manifest_waits(site: Site) -> None:
    folder = site.home.landing / "court" / "b0"
    folder.mkdir()
    batches, waiting = pipeline.waiting_batches(site, "court")
    assert [place.folder for place in waiting] == ["b0"]
    assert "manifest" in waiting[0].reason
    assert "b0" not in [batch.batch for batch in batches]


# held


def test_a_leak_in_a_kept_column_is_held_and_once_mended_released(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = protected_person(site.home.root)
    number = person.identifiers["a_number"][0]
    name = f"{person.identifiers['given_name'][0]} {person.identifiers['family_name'][0]}"
    deliver_encounter(site.home, processing_disposition_descr=f"WIFE OF {name} A{number}")
    released = sorted((site.home.released / UNIVERSITY).iterdir())

    def run(config: Path) -> tuple[int, dict, str]:
        monkeypatch.setenv("SHIELD1367_CONFIG", str(config))
        arguments = ["shield1367", "run", "--home", str(site.home.root), "--recipient", UNIVERSITY, "--json"]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        (export,) = json.loads(printed.out)["exports"]
        return int(ended.value.code or 0), export, printed.out + printed.err

    code, export, printed = run(DEFAULT_CONFIG)
    assert (code, export["state"]) == (1, "held")
    assert "audit: a_number in data/enforcement.encounters/" in export["reason"]
    assert "audit: full_name in data/enforcement.encounters/" in export["reason"]
    assert number not in printed
    assert person.identifiers["family_name"][0] not in printed
    held = site.home.held / UNIVERSITY / export["release_id"]
    assert any("a_number" in failure for failure in json.loads((held / "held.json").read_text())["failures"])
    assert number not in (held / "dossier.html").read_text()
    assert sorted((site.home.released / UNIVERSITY).iterdir()) == released
    assert Ledger(site.home).find(export["release_id"]) is None
    assert len(Ledger(site.home).entries()) == 3

    # Held again, and for the same reasons, as long as nothing changes.
    assert run(DEFAULT_CONFIG)[:2] == (code, export)

    mended = tmp_path / "config"
    shutil.copytree(DEFAULT_CONFIG, mended)
    profile = mended / "recipients" / f"{UNIVERSITY}.yaml"
    mark = "  narrative: scrub\n"
    assert mark in profile.read_text()
    profile.write_text(profile.read_text().replace(mark, f"{mark}  disposition: drop\n"))
    # The mend is a change of policy: nobody has signed it, so nothing goes.
    code, export, _ = run(mended)
    assert (code, export["state"]) == (1, "refused")
    assert "E505" in export["reason"]
    sign_folder(mended)
    # What went out before told dispositions: until somebody has decided about that, nothing more goes.
    code, export, _ = run(mended)
    assert (code, export["state"]) == (1, "refused")
    assert "E750" in export["reason"]
    cases = CaseBook(site.home, Ledger(site.home), Signer.of(site.home, site.keys))
    (case,) = cases.all().values()
    assert case.exposed[0].columns == tuple(
        f"enforcement.encounters.{name}: keep then, not given today"
        for name in ("processing_disposition_descr", "apprehension_method_descr")
    )
    cases.decide(case.name, Decision.NO_ACTION, by="privacy officer", reference="INC-1")
    code, export, _ = run(mended)
    assert (code, export["state"], export["reason"]) == (0, "released", None)
    assert Ledger(site.home).find(export["release_id"]) is not None
    # Four releases, the case, and its decision.
    assert recorded(site) == 6


def test_a_scrubber_that_masks_too_little_of_what_is_planted_holds_the_release(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(site, deliver_encounter(site.home))
    scrub = Again.scrub

    def blind_to_one_in_ten(again: Again, texts: Sequence[str], narratives: Sequence[Narrative]) -> list[str]:
        answers = scrub(again, texts, narratives)
        return [text if n % 10 == 0 else a for n, (text, a) in enumerate(zip(texts, answers, strict=True))]

    monkeypatch.setattr(Again, "scrub", blind_to_one_in_ten)
    outcome = pipeline.export(site, UNIVERSITY)
    assert outcome.state is State.HELD
    assert re.search(
        r"recall: \d+ of 200 planted identifiers were masked, 99\.0% are demanded;"
        r" with 95 % confidence that is \d+\.\d+% at least, and 96\.89% are demanded",
        outcome.reason or "",
    )
    figures = json.loads((Path(outcome.folder or "") / "recall.json").read_text())
    assert 0 < figures["found"] < figures["trials"] == 200


def test_what_did_not_hold_is_said_in_words(site: Site) -> None:
    take_in(site, deliver_encounter(site.home))
    planned = pipeline.plan(site, COUNTY)
    for index in planned.parts:
        pipeline.redact(site, planned.work, index)
    plan = ReleasePlan.read(planned.work)
    for dataset, part in plan.parts():
        path = part_path(planned.work, dataset, part)
        if dataset.dataset == "encounters" and (table := pq.read_table(path)).num_rows:
            at = table.column_names.index("gender_code")
            column = pa.array(["VAWA"] * table.num_rows, table.schema.field(at).type)
            pq.write_table(table.set_column(at, "gender_code", column), path)
    assert not pipeline.validate(site, planned.work)
    pipeline.audit(site, planned.work)
    assert not pipeline.document(site, planned.work)
    with pytest.raises(ReleaseHeldError) as held:
        pipeline.release(site, planned.work)
    assert (
        "validation: enforcement.encounters: No cell of gender_code holds words that reveal"
        in held.value.message
    )
    assert "(expect_" in held.value.message


def test_a_package_changed_after_it_was_checked_is_held(site: Site) -> None:
    take_in(site, deliver_encounter(site.home))
    planned = pipeline.plan(site, COUNTY)
    for index in planned.parts:
        pipeline.redact(site, planned.work, index)
    assert all(step(site, planned.work) for step in (pipeline.validate, pipeline.audit, pipeline.document))
    file = next((planned.work / PACKAGE / "data").rglob("*.csv"))
    file.write_text(file.read_text() + "\n")
    with pytest.raises(ReleaseHeldError, match="the package changed after it was checked"):
        pipeline.release(site, planned.work)
    assert (site.home.held / COUNTY / planned.release_id / "held.json").exists()
    assert not (site.home.released / COUNTY / planned.release_id).exists()
    assert Ledger(site.home).find(planned.release_id) is None
