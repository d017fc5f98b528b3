"""Each subcommand on a finished home: what it answers, and its JSON."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.signing import new_key
from shield1367.testing.truth import TruePerson, read_people, read_rows
from tests.cli.conftest import Command

OUTSIDE = ("county-analytics", "state-university-research")


@pytest.fixture(autouse=True)
def home(finished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIELD1367_HOME", str(finished))
    return finished


@pytest.fixture(scope="module")
def protected(finished: Path) -> TruePerson:
    """A protected person whose encounter is in the university's release."""
    seen = {
        person
        for row in read_rows(finished / "truth")
        if row.dataset == "encounters"
        for person, role in row.people
        if role == "subject"
    }
    people = [p for p in read_people(finished / "truth") if p.status == "PROTECTED" and p.person_id in seen]
    return people[0]


def a_number(person: TruePerson) -> str:
    return person.identifiers["a_number"][0]


# generate


def test_generate_counts_what_it_wrote(shield1367: Command, tmp_path: Path) -> None:
    done = shield1367("generate", "--people", 12, "--seed", 5, "--out", tmp_path, "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["people"] == content["protected"] + content["indeterminate"] + content["clear"] == 12
    assert Path(content["landing"]) == tmp_path / "landing"
    assert len(list(read_people(tmp_path / "truth"))) == 12
    assert "12 people" in shield1367("generate", "--people", 12, "--seed", 5, "--out", tmp_path).out


# check


def test_check_names_everything_there_is(shield1367: Command) -> None:
    done = shield1367("check", "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["ok"] is True
    assert set(content["sources"]) == {path.stem for path in (DEFAULT_CONFIG / "sources").glob("*.yaml")}
    assert content["recipients"]["crcl-oversight"] == "marked"
    text = shield1367("check").out
    assert all(f"recipient {name}: outside" in text for name in OUTSIDE)


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("sources/court.yaml", "source: court", "source: [", ""),
        ("sources/court.yaml", "source: court", "source: court\nnonsense: 1", "nonsense"),
        ("sources/court.yaml", "origin_agency: doj", "", "origin_agency"),
        ("recipients/county-analytics.yaml", "membership: withheld", "membership: marked", ""),
        ("recipients/county-analytics.yaml", "country: region", "shoe_size: drop", "treatments.shoe_size"),
        (
            "recipients/county-analytics.yaml",
            "narrative: withhold",
            "narrative: keep",
            "treatments.narrative",
        ),
        ("recipients/county-analytics.yaml", "court.cases", "court.nothing", "datasets"),
    ],
)
def test_check_names_file_and_key_of_a_fault(
    shield1367: Command, tmp_path: Path, file: str, old: str, new: str, key: str
) -> None:
    folder = tmp_path / "config"
    shutil.copytree(DEFAULT_CONFIG, folder)
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    done = shield1367("check", folder, "--json")
    problems = json.loads(done.out)["problems"]
    assert done.code == 1
    assert {problem["file"] for problem in problems} == {str(path)}
    assert key in {problem["key"] for problem in problems}
    text = shield1367("check", folder)
    assert text.code == 1
    assert str(path) in text.out
    assert text.out.rstrip().endswith("Mend: correct the keys named above.")


# run


def test_run_again_changes_nothing_and_says_so(shield1367: Command, home: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in (home / "released").rglob("*"))
    done = shield1367("run", "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert {export["state"] for export in content["exports"]} == {"unchanged"}
    assert content["refused_batches"] == []
    assert all(batch["rows"] == batch["staged"] + batch["quarantined"] for batch in content["intake"])
    assert sum(line["count"] for line in content["quarantine"]) == sum(
        b["quarantined"] for b in content["intake"]
    )
    text = shield1367("run")
    assert text.code == 0
    assert "Nothing changed" in text.out
    assert before == sorted((path, path.stat().st_mtime_ns) for path in (home / "released").rglob("*"))


def test_run_names_the_deliveries_of_which_nobody_goes(shield1367: Command, home: Path) -> None:
    """Of thirty people's roster too few are left for one to be missing unseen."""
    exports = {e["recipient"]: e for e in json.loads(shield1367("run", "--json").out)["exports"]}
    (whole,) = exports["county-analytics"]["withheld_whole"]
    assert whole.startswith("detention.roster ")
    assert exports["state-university-research"]["withheld_whole"] == []
    text = shield1367("run").out
    assert f"of 1 delivery nobody goes ({whole})" in text
    assert "schedule: {cron: …}" in text


def test_run_tells_of_people_in_counts_only(shield1367: Command, home: Path) -> None:
    done = shield1367("run")
    for person in read_people(home / "truth"):
        assert person.identifiers["a_number"][0] not in done.out + done.err
        assert person.identifiers["full_name"][0] not in done.out + done.err


# explain


def test_explain_a_person(shield1367: Command, protected: TruePerson) -> None:
    done = shield1367("explain", "--person", f"A{a_number(protected)}", "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["status"] == "PROTECTED"
    assert all(reason["citation"] and reason["words"] for reason in content["reasons"])
    assert content["evidence"]
    text = shield1367("explain", "--person", a_number(protected)).out
    assert text.startswith("PROTECTED on ")
    assert content["reasons"][0]["citation"] in text


def test_explain_asks_the_day(shield1367: Command, home: Path) -> None:
    asked = 0
    for person in read_people(home / "truth"):
        if person.status != "PROTECTED" or person.begins is None:
            continue
        question = ("explain", "--person", a_number(person), "--json", "--as-of")
        after = json.loads(shield1367(*question, person.begins).out)
        # Doubts, such as reason to believe, are from ever; an application begins on its day.
        begins = [reason["begins"] for reason in after["reasons"] if reason["status"] == "PROTECTED"]
        if None in begins:
            continue
        asked += 1
        first = min(map(date.fromisoformat, begins))
        before = json.loads(shield1367(*question, first - timedelta(days=1)).out)
        assert (after["status"], after["as_of"]) == ("PROTECTED", person.begins.isoformat())
        # Not yet protected; whom the person may be a double of keeps the answer from being CLEAR for some.
        assert before["status"] in ("CLEAR", "INDETERMINATE")
    assert asked > 0


def test_explain_a_row(shield1367: Command, home: Path, protected: TruePerson) -> None:
    row = next(
        row
        for row in read_rows(home / "truth")
        if row.dataset == "encounters" and (protected.person_id, "subject") in row.people
    )
    done = shield1367("explain", "--row", f"{row.source}/{row.dataset}/{row.key}", "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["status"] == "PROTECTED"
    assert content["people"]
    assert shield1367("explain", "--row", f"{row.source}/{row.dataset}/{row.key}").out.startswith("PROTECTED")


def test_explain_as_it_was_known_before_anything_was(shield1367: Command, protected: TruePerson) -> None:
    question = ("explain", "--person", a_number(protected))
    content = json.loads(shield1367(*question, "--known-at", "2001-01-01", "--json").out)
    assert (content["status"], content["evidence"]) == ("INDETERMINATE", [])
    assert "as known on 2001-01-01" in shield1367(*question, "--known-at", "2001-01-01").out


def test_asking_is_written_down_whether_anybody_is_found_or_not(
    shield1367: Command, home_after_a_run: Path, monkeypatch: pytest.MonkeyPatch, protected: TruePerson
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(home_after_a_run))
    shield1367("explain", "--person", a_number(protected))
    shield1367("ledger", "who-received", "--person", a_number(protected))
    assert shield1367("explain", "--person", "A299999998").code != 0
    found = [q["question"] for q in json.loads(shield1367("ledger", "questions", "--json").out)]
    assert found[-3:] == ["explain person", "who received", "explain person"]
    about = json.loads(shield1367("ledger", "questions", "--person", a_number(protected), "--json").out)
    assert [q["question"] for q in about][-2:] == ["explain person", "who received"]
    text = shield1367("ledger", "questions").out
    assert "who received" in text
    assert a_number(protected) not in text


# audit


@pytest.mark.parametrize("recipient", OUTSIDE)
def test_audit_of_what_went_outside_finds_nothing(shield1367: Command, home: Path, recipient: str) -> None:
    (folder,) = (home / "released" / recipient).iterdir()
    done = shield1367("audit", folder, "--json")
    content = json.loads(done.out)
    assert done.code == 0
    assert content["findings"] == []
    assert content["identifiers_searched"] > 50
    assert "nothing found" in shield1367("audit", folder).out


def test_audit_finds_what_was_put_there(
    shield1367: Command, home: Path, protected: TruePerson, tmp_path: Path
) -> None:
    (folder,) = (home / "released" / "county-analytics").iterdir()
    copy = tmp_path / "release"
    shutil.copytree(folder, copy)
    (copy / "note.txt").write_text(f"see A{a_number(protected)}\n")
    done = shield1367("audit", copy, "--json")
    assert done.code == 1
    assert "a_number" in {finding["kind"] for finding in json.loads(done.out)["findings"]}
    text = shield1367("audit", copy)
    assert text.code == 1
    assert "a_number in note.txt" in text.out
    assert a_number(protected) not in text.out + done.out


# ledger


def test_ledger_lists_and_shows_every_release(shield1367: Command) -> None:
    entries = json.loads(shield1367("ledger", "list", "--json").out)
    assert [entry["sequence"] for entry in entries] == [1, 2, 3]
    for entry in entries:
        shown = json.loads(shield1367("ledger", "show", entry["release_id"], "--json").out)
        assert shown == {name: value for name, value in entry.items() if name != "sequence"}
        assert shown["rows_in"] == shown["rows_released"] + shown["rows_withheld"]
        assert entry["recipient"] in shield1367("ledger", "show", entry["release_id"]).out
    text = shield1367("ledger", "list")
    assert text.code == 0
    assert all(entry["recipient"][:8] in text.out for entry in entries)


def test_ledger_says_who_received_a_person(shield1367: Command, protected: TruePerson) -> None:
    entries = json.loads(shield1367("ledger", "who-received", "--person", a_number(protected), "--json").out)
    recipients = {entry["recipient"] for entry in entries}
    # In the county's release protected rows are left out.
    assert recipients == {"crcl-oversight", "state-university-research"}


def test_ledger_holds_and_says_when_it_does_not(
    shield1367: Command, home_after_a_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = json.loads(shield1367("ledger", "verify", "--json").out)
    assert (verified["ok"], verified["entries"]) == (True, 3)
    assert "3 entries" in shield1367("ledger", "verify").out
    monkeypatch.setenv("SHIELD1367_HOME", str(home_after_a_run))
    with closing(sqlite3.connect(home_after_a_run / "ledger" / "ledger.sqlite")) as ledger:
        ledger.execute("DROP TRIGGER disclosure_is_final")
        ledger.execute(
            "UPDATE disclosure SET entry = replace(entry, '\"rows_in\": ', '\"rows_in\": 1') WHERE sequence = 2"
        )
        ledger.commit()
    done = shield1367("ledger", "verify")
    assert done.code == 1
    assert "entry 2 was changed" in done.err
    assert "Mend: " in done.err


def test_a_correction_is_recorded_beside_the_entry_and_exported_with_it(
    shield1367: Command, home_after_a_run: Path, tmp_path: Path
) -> None:
    home = ("--home", home_after_a_run)
    release = json.loads(shield1367("ledger", "list", "--json", *home).out)[0]["release_id"]
    papers = ("--what", "correction", "--by", "Ada", "--reference", "=OPLA-2026-114")
    assert shield1367("ledger", "correct", release, *papers, *home).code == 0
    shown = json.loads(shield1367("ledger", "show", release, "--json", *home).out)
    assert [(n["what"], n["by"]) for n in shown["notices"]] == [("correction", "Ada")]
    assert json.loads(shield1367("ledger", "verify", "--json", *home).out)["entries"] == 4
    assert len(json.loads(shield1367("ledger", "list", "--json", *home).out)) == 3
    assert shield1367("ledger", "export", tmp_path / "ledger.csv", *home).code == 0
    with (tmp_path / "ledger.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["entry"] for row in rows] == ["disclosure"] * 3 + ["notice"]
    assert rows[3]["reference"] == "'=OPLA-2026-114"
    assert all(row["address"] and row["recorded_at"] and row["purpose"] for row in rows[:3])
    head = json.loads(shield1367("ledger", "checkpoint", "--json", *home).out)
    assert head == {"sequence": 4, "hash": rows[3]["hash"]}
    refused = shield1367("ledger", "correct", "r-0", *papers, *home)
    assert (refused.code, refused.err[:4]) == (1, "E404")


def test_an_empty_home_has_an_empty_ledger(shield1367: Command, tmp_path: Path) -> None:
    assert json.loads(shield1367("ledger", "list", "--json", "--home", tmp_path).out) == []
    assert "No disclosure is recorded." in shield1367("ledger", "list", "--home", tmp_path).out


# scrub


def test_scrub_is_a_filter_of_json_lines(shield1367: Command, tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text(
        json.dumps({"id": "p1", "given_name": "Xochitl", "family_name": "Nakamura", "a_number": "098765431"})
        + "\n"
    )
    texts = [
        "NAKAMURA, Xochitl (A# 098-765-431) was seen in 2020.",
        "The weather was fine.",
    ]
    lines = "".join(
        json.dumps({"id": n, "text": text, "people": ["p1"]}) + "\n" for n, text in enumerate(texts)
    )
    done = shield1367("scrub", "--people", people, stdin=lines)
    assert done.code == 0
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == [0, 1]
    assert "akamura" not in answers[0]["text"].lower()
    assert "765" not in answers[0]["text"]
    for span in answers[0]["spans"]:
        assert set(span) == {"start", "end", "type", "rule", "score"}
        assert 0 <= span["start"] < span["end"] <= len(texts[0])
    masked = "".join(texts[0][span["start"] : span["end"]] for span in answers[0]["spans"])
    assert "NAKAMURA" in masked
    assert answers[1] == {"id": 1, "text": texts[1], "spans": []}


def test_scrub_explains_by_shape_and_shows_the_form_to_a_cleared_reviewer(
    shield1367: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.dumps({"id": 1, "text": "Seen with A# 098-765-431."}) + "\n"
    home = tmp_path / "home"
    told = shield1367("scrub", "--explain", "shape", "--home", home, stdin=line)
    (span,) = json.loads(told.out)["spans"]
    assert span["shape"] == "x# 999-999-999"
    assert "identifier" in span["because"]
    assert "765" not in told.out
    assert not home.exists()
    ask = ("scrub", "--explain", "form", "--home", home)
    refused = shield1367(*ask, stdin=line)
    assert (refused.code, refused.out) == (1, "")
    assert "E512" in refused.err
    config = tmp_path / "config"
    shutil.copytree(DEFAULT_CONFIG, config)
    entries = ""
    for name, role in (("ann", "cleared_reviewer"), ("bob", "compliance")):
        key = new_key(tmp_path / f"{name}.pem")
        entries += f'  {name}: {{name: {name}, role: {role}, public_key: "{key}"}}\n'
    with (config / "approvers.yaml").open("a", encoding="utf-8") as file:
        file.write(entries)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(config))
    for reviewer, key_of in (("bob", "bob"), ("ann", "bob"), ("nobody", "ann")):
        denied = shield1367(
            *ask, "--reviewer", reviewer, "--key-file", tmp_path / f"{key_of}.pem", stdin=line
        )
        assert (denied.code, denied.out) == (1, "")
        assert "E512" in denied.err
    shown = shield1367(*ask, "--reviewer", "ann", "--key-file", tmp_path / "ann.pem", stdin=line)
    assert json.loads(shown.out)["spans"][0]["form"] == "a# 098-765-431"
    asked = shield1367("ledger", "questions", "--home", home)
    assert "masked forms" in asked.out
    assert "ann" in asked.out


@pytest.mark.parametrize("line", ["not json A098765431", '{"id": 1}', '["A098765431"]'])
def test_scrub_refuses_a_line_by_its_number(shield1367: Command, line: str) -> None:
    done = shield1367("scrub", stdin=f"\n{line}\n")
    assert done.code == 1
    assert "line 2" in done.err
    assert "Mend: " in done.err
    assert "098765431" not in done.out + done.err
