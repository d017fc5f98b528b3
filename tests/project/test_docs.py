"""The documentation: its commands run, its links lead somewhere.

A block marked ``sh`` is run, all blocks of a page in one shell, with a home of its own. A block marked
``sh unrun`` shows what a test cannot do (build an environment, start Docker); its programs must exist.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")])
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def blocks(page: Path, info: str) -> list[str]:
    return [match["body"] for match in BLOCK.finditer(page.read_text()) if match["info"] == info]


def name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory, finished: Path) -> Path:
    """A folder with the configuration and a finished run, as the guides find it."""
    folder = tmp_path_factory.mktemp("docs")
    for source in ("include", "dags"):
        shutil.copytree(PROJECT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(finished, folder / "var")
    return folder


def assert_runs(script: str, folder: Path) -> None:
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder / "include"),
        "HOME": str(folder),
        "SHIELD1367_HOME": str(folder / "var"),
        "LANG": "C.UTF-8",
    }
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=name)
def test_its_commands_run(page: Path, workspace: Path) -> None:
    assert_runs("\n".join(blocks(page, "sh")), workspace)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_other_commands_exist(page: Path) -> None:
    for line in "".join(blocks(page, "sh unrun")).splitlines():
        program, *arguments = line.split()
        if program == "make":
            done = subprocess.run(["make", "-n", *arguments], cwd=PROJECT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        elif "/" in program:
            assert os.access(PROJECT / program, os.X_OK), line
        elif program == "cp":
            assert (PROJECT / arguments[0]).exists(), line
        else:
            assert program in {"docker", "git", "cd"}, line


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_blocks_say_what_they_are(page: Path) -> None:
    kinds = {match["info"] for match in BLOCK.finditer(page.read_text())}
    assert kinds <= {"", "sh", "sh unrun", "text", "yaml", "json", "python"}


THREAT = re.compile(r"^\| [^|]+ \| ([STRIDE]) \| [^|]+ \| [^|]+ \| `([^`]+)::(\w+)` \|$", re.MULTILINE)


CITED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_threat_has_a_test_that_is_there() -> None:
    page = (PROJECT / "docs" / "threat-model.md").read_text()
    threats = THREAT.findall(page)
    assert {kind for kind, _, _ in threats} == set("STRIDE")
    assert {(file, test) for _, file, test in threats} < set(CITED.findall(page))
    for file, test in CITED.findall(page):
        assert re.search(rf"^(    )?def {test}\(", (PROJECT / "tests" / file).read_text(), re.MULTILINE), test


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_links_lead_somewhere(page: Path) -> None:
    for link in LINK.finditer(page.read_text()):
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        assert target.exists(), link[0]
        if link["anchor"]:
            headings = HEADING.findall(target.read_text())
            anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert link["anchor"] in anchors, link[0]


def test_sections_that_the_code_cites_exist() -> None:
    headings = set(HEADING.findall((PROJECT / "docs/architecture.md").read_text()))
    assert {"Identifiers", "Codes", "Life cycle", "Column taxonomy"} <= headings


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_it_names_no_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w./])/(?:work|root|home|tmp)/", page.read_text())
