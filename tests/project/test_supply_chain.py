"""What the project is made of: a bill of materials, known vulnerabilities, and nothing that unpickles."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from deploy.audit_dependencies import is_affected, main

PROJECT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
PINNED = re.compile(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", re.MULTILINE)
HASH = "--hash=sha256:" + "0" * 64


def test_the_bill_of_materials_names_every_pin_with_its_hashes(tmp_path: Path) -> None:
    subprocess.run(
        ["make", "sbom", f"SBOM={tmp_path}/sbom.cdx.json"], cwd=PROJECT, check=True, capture_output=True
    )
    components = json.loads((tmp_path / "sbom.cdx.json").read_text())["components"]
    listed = {
        (component["name"], component["version"])
        for component in components
        if any(reference["hashes"] for reference in component["externalReferences"])
    }
    assert listed == set(PIN.findall((PROJECT / "requirements.txt").read_text()))


def test_nothing_of_ours_can_be_made_to_unpickle() -> None:
    """Whoever can write what is unpickled runs code as whoever reads it."""
    forbidden = {"pickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}
    for folder in ("include", "dags", "plugins", "deploy", "benchmarks"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    named = {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    named = {(node.module or "").partition(".")[0]}
                elif isinstance(node, ast.Attribute):
                    named = {node.attr} & {"read_pickle", "to_pickle"}
                    assert not named, path
                else:
                    continue
                assert not named & forbidden, path


def record(**affected: Any) -> dict[str, Any]:
    return {
        "id": "GHSA-0000",
        "aliases": ["CVE-2026-0001"],
        "modified": datetime.now(UTC).isoformat(),
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Some_Package"}, **affected}],
    }


def audit(tmp_path: Path, records: list[dict[str, Any]], *more: str, pin: str = "some-package==1.5") -> int:
    with zipfile.ZipFile(tmp_path / "PyPI.zip", "w") as archive:
        for number, content in enumerate(records):
            archive.writestr(f"{number}.json", json.dumps(content))
    (tmp_path / "lock.txt").write_text(f"{pin} {HASH}\n")
    return main(["--database", str(tmp_path / "PyPI.zip"), *more, str(tmp_path / "lock.txt")])


RANGE = [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "2.0"}]}]


def test_a_known_vulnerability_is_named_with_what_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(tmp_path, [record(ranges=RANGE)], "--or-say-so") == 1
    assert "some-package: CVE-2026-0001, mended in 2.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        record(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}]}]),
        record(versions=["1.4", "1.6"]),
        record(ranges=RANGE) | {"withdrawn": "2026-01-01T00:00:00Z"},
    ],
)
def test_what_does_not_concern_the_pin_is_no_finding(tmp_path: Path, content: dict[str, Any]) -> None:
    assert audit(tmp_path, [content]) == 0


def test_an_old_copy_is_no_all_clear(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = record(versions=["9"]) | {"modified": (datetime.now(UTC) - timedelta(days=31)).isoformat()}
    assert audit(tmp_path, [old]) == 3
    assert audit(tmp_path, [old], "--or-say-so") == 0
    assert "NOT AUDITED" in capsys.readouterr().out


def test_an_empty_copy_is_no_all_clear(tmp_path: Path) -> None:
    assert audit(tmp_path, []) == 3


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True).map(sorted), st.integers(0, 30))
def test_a_version_is_affected_from_each_introduction_to_the_next_fix(bounds: list[int], at: int) -> None:
    events = [{("introduced", "fixed")[n % 2]: str(bound)} for n, bound in enumerate(bounds)]
    passed = sum(bound <= at for bound in bounds)
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert is_affected(Version(str(at)), affected) == (passed % 2 == 1)


def test_a_record_that_names_no_version_concerns_all() -> None:
    assert is_affected(Version("1"), {})


def test_the_lock_files_can_be_audited(tmp_path: Path) -> None:
    """All of them, whole: a pin that pip-audit cannot read would be left out in silence."""
    locks = [str(PROJECT / f"requirements{name}.txt") for name in ("-bootstrap", "", "-dev")]
    with zipfile.ZipFile(tmp_path / "PyPI.zip", "w") as archive:
        archive.writestr("0.json", json.dumps(record(versions=["9"])))
    script = [sys.executable, "-m", "deploy.audit_dependencies", "--database", str(tmp_path / "PyPI.zip")]
    done = subprocess.run([*script, *locks], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = (line for lock in locks for line in PINNED.findall(Path(lock).read_text()))
    # What a pin's marker leaves out on this machine is not asked about here.
    pins = {pin.name for pin in map(Requirement, lines) if pin.marker is None or pin.marker.evaluate()}
    assert f"{len(pins)} of {len(pins)} packages asked about" in done.stdout
