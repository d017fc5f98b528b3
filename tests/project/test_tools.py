"""The settings of the tools do what they are there for: each is shown something it must refuse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text())


def ruff(code: str, path: str) -> set[str]:
    """Codes that ruff finds in *code*, as if it stood in *path*."""
    done = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--output-format=concise", f"--stdin-filename={path}", "-"],
        input=code,
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    return set(re.findall(r": ([A-Z]+\d+) ", done.stdout))


@pytest.mark.parametrize(
    "package", ["pandas", "pyarrow", "presidio_analyzer", "great_expectations", "onnxruntime"]
)
@pytest.mark.parametrize("folder", ["dags", "plugins", "include/shield1367_airflow"])
def test_files_that_airflow_keeps_importing_stay_light(package: str, folder: str) -> None:
    assert "TID253" in ruff(f"import {package}\n\nprint({package})\n", f"{folder}/sample.py")
    assert "TID253" not in ruff(f"import {package}\n\nprint({package})\n", "include/shield1367/sample.py")


def test_the_library_prints_nothing() -> None:
    assert "T201" in ruff('"""Doc."""\n\nprint("x")\n', "include/shield1367/sample.py")
    assert "D103" in ruff(
        '"""Doc."""\n\n\ndef public() -> None:\n    return\n', "include/shield1367/sample.py"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("validation/__init__.py", "import shield1367.redaction.columns", "shares no code"),
        ("intake/__init__.py", "import shield1367.release", "flow of the data"),
        ("errors.py", "import airflow", "without Airflow"),
        ("stray.py", "", "flow of the data"),
    ],
)
def test_imports_against_the_flow_are_refused(
    tmp_path: Path, module: str, statement: str, contract: str
) -> None:
    shutil.copytree(
        PROJECT / "include", tmp_path / "include", ignore=shutil.ignore_patterns("__pycache__", "data")
    )
    with (tmp_path / "include/shield1367" / module).open("a") as stream:
        stream.write(f"\n{statement}\n")
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache", "--config", PROJECT / "pyproject.toml"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "include")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", done.stdout)


def test_the_audit_stands_on_its_own() -> None:
    """What the leak audit and the redactor both use is small, and none of it searches or masks."""
    graph = grimp.build_graph("shield1367")

    def uses(package: str) -> set[str]:
        own = {package} | graph.find_descendants(package)
        return set().union(*(graph.find_upstream_modules(module) for module in own)) - own

    shared = uses("shield1367.validation.audit") & uses("shield1367.redaction")
    assert not {
        module for module in shared if module.startswith(("shield1367.redaction", "shield1367.validation"))
    }
    grounds = (
        "config",
        "errors",
        # Switches Python's collection of cycles off and on.
        "garbage",
        "home",
        "keys",
        "storage",
        "identities",
        "disclosure",
        "protection",
        "intake",
    )
    assert {module.split(".")[1] for module in shared if "." in module} <= set(grounds)


def test_types_are_strict_and_tests_show_no_values() -> None:
    assert SETTINGS["tool"]["mypy"]["strict"] is True
    assert set(SETTINGS["tool"]["mypy"]["packages"]) == {
        "shield1367",
        "shield1367_airflow",
        "shield1367_spark",
    }
    options = SETTINGS["tool"]["pytest"]["ini_options"]
    assert "error" in options["filterwarnings"]
    assert not {"-l", "--showlocals"} & set(options["addopts"])


@pytest.mark.parametrize("lock", sorted(path.name for path in PROJECT.glob("requirements*.txt")))
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    text = re.sub(r"^\s*#.*\n", "", (PROJECT / lock).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+ ", line), line[:80]
        assert "--hash=sha256:" in line, line[:80]


def test_the_build_backend_is_one_of_the_locked_packages() -> None:
    (backend,) = SETTINGS["build-system"]["requires"]
    assert re.search(rf"^{re.escape(backend)} ", (PROJECT / "requirements.txt").read_text(), re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make setup` and `make lock` need, without an environment."""
    for name in ("Makefile", ".ci", *(path.name for path in PROJECT.glob("requirements*"))):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def test_a_lock_that_is_out_of_date_is_refused(checkout: Path) -> None:
    with (checkout / "requirements.in").open("a") as stream:
        stream.write("\ntabulate\n")
    done = subprocess.run([checkout / ".ci/lock", "check", BIN / "uv"], capture_output=True, text=True)
    if "NOT checked" in done.stderr:
        pytest.skip("no package index")
    assert done.returncode == 1
    assert "requirements.txt is not what requirements.in say" in done.stderr
    assert "make lock" in done.stderr


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "is not installed"),
        ('case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac', "is Python 3.9.2, but 3.11"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "apt install python3-venv"),
    ],
)
def test_setup_says_what_is_missing(checkout: Path, script: str | None, message: str) -> None:
    python = checkout / "python-for-test"
    if script:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    done = subprocess.run(["make", "setup", f"PYTHON={python}"], cwd=checkout, capture_output=True, text=True)
    assert done.returncode != 0
    assert "E001" in done.stderr
    assert message in done.stderr
    assert "Mend:" in done.stderr
    assert not (checkout / ".venv").exists()


def test_make_lists_its_targets() -> None:
    done = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True)
    listed = {line.split()[0] for line in re.sub(r"\x1b\[\d*m", "", done.stdout).splitlines()}
    assert {"help", "setup", "lock", "lock-check", "lint", "types", "test", "test-fast", "coverage"} <= listed
    assert {"demo", "up", "bench", "clean", "cluster-check"} <= listed


@pytest.mark.parametrize("made", [(), (".python",), (".python", ".installed")])
def test_an_environment_behind_a_link_is_left_as_it_is(tmp_path: Path, made: tuple[str, ...]) -> None:
    """It may be somebody else's: nothing is cleared in it or installed into it, whatever of it is out of date."""
    checkout, theirs = tmp_path / "checkout", tmp_path / "theirs"
    (theirs / "bin").mkdir(parents=True)
    checkout.mkdir()
    for name in ("Makefile", "pyproject.toml", *(path.name for path in PROJECT.glob("requirements*.txt"))):
        shutil.copy(PROJECT / name, checkout)
    for name in (*made, "bin/python", "pyvenv.cfg"):
        (theirs / name).write_text("theirs")
    (checkout / ".venv").symlink_to(theirs)
    before = {path: path.stat().st_mtime_ns for path in theirs.rglob("*")}
    done = subprocess.run(["make", "setup"], cwd=checkout, capture_output=True, text=True)
    assert done.returncode != 0
    assert "E001 .venv is a symbolic link to " in done.stderr
    assert "Mend: rm .venv" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in theirs.rglob("*")} == before
    # The link itself may go, and nothing behind it does.
    subprocess.run(["make", "clean"], cwd=checkout, check=True)
    assert not (checkout / ".venv").is_symlink()
    assert {path: path.stat().st_mtime_ns for path in theirs.rglob("*")} == before
