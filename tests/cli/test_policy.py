"""``shield1367 policy`` and ``explain --recipient``: signing step by step, as an approver does it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import yaml

from shield1367.config.loading import read_yaml
from shield1367.testing.truth import read_people, read_rows
from tests.cli.conftest import Command
from tests.config.folders import copy_config

COUNTY = "county-analytics"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = copy_config(tmp_path)
    monkeypatch.setenv("SHIELD1367_CONFIG", str(folder))
    return folder


def approver(shield1367: Command, folder: Path, name: str) -> Path:
    """Make a key and name its holder in ``approvers.yaml``."""
    file = folder.parent / f"{name}.pem"
    public = json.loads(shield1367("policy", "key", file, "--json").out)["public_key"]
    path = folder / "approvers.yaml"
    path.write_text(
        path.read_text() + f'  {name}: {{name: {name}, role: compliance, public_key: "{public}"}}\n'
    )
    return file


def test_a_fresh_checkout_verifies_and_says_that_nobody_approved_it(
    shield1367: Command, config: Path
) -> None:
    done = shield1367("policy", "verify")
    assert done.code == 0
    assert "recipients/county-analytics 2 of 1 signatures" in done.out
    assert "Only the example keys are named in approvers.yaml" in done.out


def test_from_an_edited_profile_to_a_signed_one(shield1367: Command, config: Path) -> None:
    path = config / "recipients" / f"{COUNTY}.yaml"
    path.write_text(path.read_text().replace("event_date: year", "event_date: drop"))
    checked = json.loads(shield1367("check", config, "--json").out)
    assert checked["ok"] is True
    (told,) = checked["unsigned"]
    assert "shield1367 policy sign recipients/county-analytics" in told
    assert told in shield1367("check", config).out
    verified = shield1367("policy", "verify", COUNTY)
    assert verified.code == 1
    assert "signed other content; it has changed since" in verified.out

    ada, bo = (approver(shield1367, config, name) for name in ("ada", "bo"))
    # With people of its own the examples count no more: everything is theirs to sign.
    assert shield1367("policy", "verify", "fields").code == 1
    first = shield1367("policy", "sign", "fields", "--approver", "ada", "--key-file", ada, "--json")
    assert (json.loads(first.out)["holds"], first.code) == (False, 0)
    again = shield1367("policy", "sign", "fields", "--approver", "ada", "--key-file", ada, "--json")
    assert json.loads(again.out)["signed_by"] == ["ada"]
    wrong = shield1367("policy", "sign", "fields", "--approver", "bo", "--key-file", ada)
    assert (wrong.code, "not the private key of bo" in wrong.err) == (1, True)
    assert shield1367("policy", "sign", "fields", "--approver", "bo", "--key-file", bo).code == 0
    done = shield1367("policy", "sign", path, "--approver", "bo", "--key-file", bo)
    assert "bo signed recipients/county-analytics" in done.out
    verified = json.loads(shield1367("policy", "verify", "fields", COUNTY, "--json").out)
    assert [(line["subject"], line["signed_by"], line["refused"]) for line in verified] == [
        ("fields", ["ada", "bo"], None),
        ("recipients/county-analytics", ["bo"], None),
    ]
    assert shield1367("policy", "verify").code == 1
    private = ada.read_text().splitlines()[1]
    assert not any(private in file.read_text() for file in config.rglob("*") if file.is_file())
    assert shield1367("policy", "examples").code == 1


def test_what_is_signed_can_be_read_by_whom_it_could_before(shield1367: Command, config: Path) -> None:
    """Signatures and approvers are public, and read by workers under other users."""
    ada = approver(shield1367, config, "ada")
    kept, new = (config / name for name in ("fields.sig", f"recipients/{COUNTY}.sig"))
    kept.chmod(0o664)
    new.unlink()
    mask = os.umask(0o022)
    try:
        for subject in ("fields", COUNTY):
            assert shield1367("policy", "sign", subject, "--approver", "ada", "--key-file", ada).code == 0
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, new)] == [0o664, 0o644]


def test_the_examples_can_be_read_by_whom_they_could_before(shield1367: Command, config: Path) -> None:
    written = [config / "approvers.yaml", *config.rglob("*.sig")]
    for path in written:
        path.chmod(0o640)
    assert shield1367("policy", "examples").code == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o640}


def test_the_key_may_come_from_the_environment(
    shield1367: Command, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_APPROVER_KEY", approver(shield1367, config, "ada").read_text())
    assert shield1367("policy", "sign", COUNTY, "--approver", "ada").code == 0


def test_verify_says_what_lapses_when(shield1367: Command, config: Path) -> None:
    assert shield1367("policy", "verify", COUNTY, "--as-of", "2031-06-30").code == 0
    done = shield1367("policy", "verify", COUNTY, "--as-of", "2031-07-01")
    assert done.code == 1
    assert "E502" in done.out
    assert "MOU-2026-07 expired on 2031-06-30" in done.out


def test_what_goes_uncounted_is_named_wherever_the_profile_is_looked_at(
    shield1367: Command, config: Path
) -> None:
    for command in (("check",), ("policy", "verify", COUNTY)):
        assert "goes uncounted" not in shield1367(*command).out
    path = config / "recipients" / f"{COUNTY}.yaml"
    content = read_yaml(path)
    content["uncounted"]["kinds"].remove("marital_status")
    path.write_text(yaml.safe_dump(content))
    ada = approver(shield1367, config, "ada")
    told = "what may find people goes uncounted: marital_status. Nobody knows how many share these"
    for command in (
        ("check", config),
        ("policy", "sign", COUNTY, "--approver", "ada", "--key-file", ada),
        ("policy", "verify", COUNTY),
    ):
        done = shield1367(*command)
        assert told in done.out, command
        assert "risk.quasi_identifiers" in done.out
    assert json.loads(shield1367("check", config, "--json").out)["uncounted"] == {COUNTY: ["marital_status"]}
    (line,) = json.loads(shield1367("policy", "verify", COUNTY, "--json").out)
    assert line["uncounted"] == ["marital_status"]


def test_examples_are_signed_again_after_a_change(shield1367: Command, config: Path) -> None:
    path = config / "recipients" / f"{COUNTY}.yaml"
    path.write_text(path.read_text().replace("event_date: year", "event_date: drop"))
    before = {file: file.read_bytes() for file in config.rglob("*.yaml") if file.name != "approvers.yaml"}
    done = shield1367("policy", "examples", "--json")
    assert len(json.loads(done.out)["written"]) == 5
    assert shield1367("policy", "verify").code == 0
    assert all(file.read_bytes() == content for file, content in before.items())


# on a finished home


def test_a_person_s_reference_is_one_and_tells_nothing(
    shield1367: Command, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(finished))
    person = next(p for p in read_people(finished / "truth") if p.status == "PROTECTED")
    number = person.identifiers["a_number"][0]
    printed = shield1367("policy", "person", "--person", f"A{number}").out.strip()
    assert len(printed) == 32
    assert number not in printed
    assert json.loads(shield1367("policy", "person", "--person", number, "--json").out) == {
        "reference": printed
    }


@pytest.mark.parametrize(
    ("recipient", "outcome", "column"),
    [
        ("county-analytics", "withheld", None),
        ("state-university-research", "redacted", ("narrative", "scrub")),
        ("crcl-oversight", "full_with_banner", ("narrative", "keep")),
    ],
)
def test_explain_says_what_a_recipient_gets_of_a_row(
    shield1367: Command,
    finished: Path,
    monkeypatch: pytest.MonkeyPatch,
    recipient: str,
    outcome: str,
    column: tuple[str, str] | None,
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(finished))
    protected = {p.person_id for p in read_people(finished / "truth") if p.status == "PROTECTED"}
    row = next(
        row
        for row in read_rows(finished / "truth")
        if row.dataset == "encounters" and any(p in protected and r == "subject" for p, r in row.people)
    )
    question = ("explain", "--row", f"{row.source}/{row.dataset}/{row.key}", "--recipient", recipient)
    content = json.loads(shield1367(*question, "--json").out)
    assert content["status"] == "PROTECTED"
    answer = content["recipient"]
    assert (answer["refused"], answer["decision"]["outcome"]) == (None, outcome)
    columns = {item["name"]: item["treatment"] for item in answer["columns"]}
    assert column is None or columns[column[0]] == column[1]
    assert bool(columns) is (outcome != "withheld")
    text = shield1367(*question).out
    assert f"{recipient} gets: {outcome.replace('_', ' ')}" in text
    assert "§ 1367" in text


def test_explain_names_a_dataset_the_profile_leaves_out(
    shield1367: Command, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(finished))
    row = next(row for row in read_rows(finished / "truth") if row.dataset == "roster")
    done = shield1367(
        "explain",
        "--row",
        f"{row.source}/{row.dataset}/{row.key}",
        "--recipient",
        "state-university-research",
    )
    assert "gets nothing of this dataset" in done.out


def test_diff_names_what_is_looser_and_how_many_must_sign(
    shield1367: Command, config: Path, tmp_path: Path
) -> None:
    profile = config / "recipients" / f"{COUNTY}.yaml"
    signed = tmp_path / "signed.yaml"
    signed.write_text(profile.read_text())
    assert "Nothing differs" in shield1367("policy", "diff", signed).out
    profile.write_text(profile.read_text().replace("country: region", "country: keep"))
    done = shield1367("policy", "diff", signed)
    assert done.code == 0
    assert "treatments.country" in done.out
    assert "1 of them looser" in done.out
    answer = json.loads(shield1367("policy", "diff", profile, signed, "--json").out)
    assert [change["effect"] for change in answer["changes"]] == ["tighter"]
    floor = json.loads(shield1367("policy", "diff", config / "fields.yaml", "--json").out)
    assert (floor["changes"], floor["signatures"]) == ([], 2)


def test_diff_compares_versions_of_one_file_only(shield1367: Command, config: Path) -> None:
    profile, other = (config / "recipients" / f"{name}.yaml" for name in (COUNTY, "crcl-oversight"))
    for pair in ((profile, other), (profile, config / "fields.yaml"), (config / "text.yaml", profile)):
        refused = shield1367("policy", "diff", *pair)
        assert refused.code == 1
        assert "E511" in refused.err


def test_preview_shows_made_up_rows_and_reads_no_data(
    shield1367: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(tmp_path / "none"))
    done = shield1367("preview", "--recipient", COUNTY, "--dataset", "court.cases")
    assert done.code == 0
    assert "Not in the release: " in done.out
    assert not (tmp_path / "none").exists()
    answer = json.loads(shield1367("preview", "--recipient", COUNTY, "--json").out)
    assert [one["dataset"] for one in answer] == ["enforcement.encounters", "detention.roster", "court.cases"]
    assert shield1367("preview", "--recipient", "nobody").code == 1
