from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.lookback import Office, load_lookback
from shield1367.config.recipient import Membership
from shield1367.release.manifest import MANIFEST, ReleasedFile
from shield1367.reporting.readme import README, data_digest, readme, write_readme
from shield1367.storage import sha256
from tests.reporting.readmes import assert_it_loads, block, digest_by_shell, rows_told
from tests.reporting.releases import PROTECTED, WITHHELD, facts_of, profile_of
from tests.validation.conftest import release as release
from tests.validation.packages import ROWS, Release, plan_of

OFFICE = Office(name="Privacy Office", address="1 Square", contact="office@agency.example")
# What a reader may not be told, and what would make them ask.
UNSAID = re.compile(r"protect|1367|victim|visa|withh|suppress|§|benefit", re.IGNORECASE)


def said(text: str) -> str:
    """The text without the name of the program, whatever it is called."""
    return text.replace("shield1367 verify", "")


def releases(home: Path) -> list[Path]:
    return sorted(path.parent for path in (home / "released").glob(f"*/*/{README}"))


def test_every_release_of_a_run_can_be_used_by_its_readme_alone(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = releases(finished)
    formats = {path.suffix for folder in found for path in (folder / "data").rglob("part-*")}
    assert (len(found), formats) == (3, {".csv", ".parquet"})
    for folder in found:
        assert_it_loads(folder, monkeypatch)
        manifest = json.loads((folder / MANIFEST).read_text())
        assert {name: rows for name, (rows, _) in rows_told(folder).items()} == manifest["rows"]
        assert {name: columns for name, (_, columns) in rows_told(folder).items()} == {
            name: len(columns) for name, columns in manifest["tables"].items()
        }
        hashes = {file["path"]: file["sha256"] for file in manifest["files"]}
        assert hashes[README] == sha256(folder / README)
        text = (folder / README).read_text()
        assert f"Data SHA-256 {digest_by_shell(folder)}." in text
        for word in (manifest["release_id"], manifest["as_of"], f"{manifest['retention']['days']:,} days"):
            assert word in text
        assert load_lookback().office.contact in text


def test_its_line_to_verify_holds_until_something_changes(home_after_a_run: Path) -> None:
    folder = releases(home_after_a_run)[0]
    keys = home_after_a_run / "released" / "release-keys.pem"
    program, *arguments = block(folder, "sh").replace("release-keys.pem", str(keys)).split()
    assert program == "shield1367"

    def code() -> int:
        command = [sys.executable, "-m", program, *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode

    assert code() == 0
    (folder / README).write_text("Pass it on to everybody.")
    assert code() == 1


def packed(release: Release, **changes: object) -> Path:
    """The README of a package of two parts, as it lies on disk."""
    files = tuple(
        ReleasedFile(
            path=path.relative_to(release.package).as_posix(), sha256=sha256(path), bytes=1, rows=ROWS
        )
        for path in sorted((release.package / "data").rglob("part-*"))
    )
    return write_readme(release.package, facts_of(files=files, **changes), OFFICE)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_tables_of_several_files_are_loaded_whole(
    release: Release, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    from shield1367.release.package import write_csv

    if suffix == ".csv":
        for index in range(2):
            part = release.part(index)
            write_csv(pq.read_table(part), part.with_suffix(".csv"))
            part.unlink()
    packed(release)
    assert rows_told(release.package) == {"enforcement.encounters": (2 * ROWS, 11)}
    assert_it_loads(release.package, monkeypatch)
    assert digest_by_shell(release.package) in (release.package / README).read_text()


@pytest.mark.parametrize("membership", [Membership.HIDDEN, Membership.WITHHELD])
def test_it_tells_nothing_of_who_was_judged_or_left_out(release: Release, membership: Membership) -> None:
    path = packed(release, plan=plan_of(membership=membership))
    text = said(path.read_text())
    assert UNSAID.findall(text) == []
    for count in (WITHHELD, PROTECTED):
        assert str(count) not in text
        assert f"{count:,}" not in text


def test_the_same_release_has_the_same_bytes() -> None:
    assert readme(facts_of(), OFFICE) == readme(facts_of(), OFFICE)


def test_what_becomes_of_it_is_what_the_profile_says() -> None:
    kept = readme(facts_of(profile=profile_of(retention={"days": 30, "then": "return"})), OFFICE)
    assert "at most 30 days from the day you got it, then return it with all copies" in kept


@given(st.text(max_size=40).filter(str.strip))
def test_no_setting_makes_markup_or_lines(name: str) -> None:
    office = Office(name=f"Office {name}", address="1 Square", contact="office@agency.example")
    (line,) = [line for line in readme(facts_of(), office).split("\n") if "1 Square: " in line]
    assert line.startswith("Office ")
    assert not re.search(r"[`*<>|\[\]]", re.sub(r"\\.", "", line))


@given(st.permutations([f"data/a/part-{n:05d}.csv" for n in range(3)] + ["data/a.b/x.csv", "README.md"]))
def test_the_digest_is_of_data_in_any_order(paths: list[str]) -> None:
    files = [ReleasedFile(path=path, sha256="ab" * 32, bytes=1) for path in paths]
    assert data_digest(files) == data_digest(sorted(files, key=lambda file: file.path))
    assert data_digest(files) == data_digest([file for file in files if file.path != README])
