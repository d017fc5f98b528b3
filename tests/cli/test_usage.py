"""Help that teaches, exit codes that programs can rely on, errors that end with the mend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shield1367 import __version__
from shield1367.cli import app as application
from shield1367.errors import TerminalError
from tests.cli.conftest import Command

COMMANDS = [
    ("generate",),
    ("run",),
    ("check",),
    ("explain",),
    ("audit",),
    ("scrub",),
    ("verify",),
    ("ledger", "list"),
    ("ledger", "show"),
    ("ledger", "verify"),
    ("ledger", "who-received"),
    ("ledger", "checkpoint"),
    ("ledger", "correct"),
    ("ledger", "export"),
    ("keys", "rotate"),
    ("keys", "public"),
    ("keys", "desk"),
    ("keys", "intake"),
    ("keys", "rotate-signing"),
    ("policy", "sign"),
    ("policy", "verify"),
    ("policy", "key"),
    ("policy", "person"),
    ("policy", "examples"),
    ("safeguards", "sources"),
    ("safeguards", "locations"),
    ("safeguards", "verify"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_says_what_a_command_does(shield1367: Command, command: tuple[str, ...], flag: str) -> None:
    done = shield1367(*command, flag)
    assert done.code == 0
    assert f"Usage: shield1367 {' '.join(command)}" in done.out
    if len(command) == 1:
        assert f"Example: shield1367 {command[0]}" in done.out
    if command != ("scrub",):
        assert "--json" in done.out


def test_the_overview_names_every_command(shield1367: Command) -> None:
    done = shield1367("--help")
    assert done.code == 0
    assert {name for name, *_ in COMMANDS} <= set(done.out.split())


def test_version(shield1367: Command) -> None:
    assert shield1367("--version").out == f"shield1367 {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("ledger",),
        ("keys",),
        ("keys", "rotate", "--new-key-file", "no/such/file"),
        ("nonsense",),
        ("run", "--nonsense"),
        ("run", "--landing", "no/such/folder"),
        ("explain",),
        ("explain", "--person", "A1", "--row", "a/b/c"),
        ("explain", "--person", "A1", "--as-of", "yesterday"),
        ("explain", "--person", "A1", "--recipient", "county-analytics"),
        ("policy",),
        ("policy", "sign", "county-analytics"),
        ("policy", "sign", "county-analytics", "--approver", "ada", "--key-file", "no/such/file"),
        ("policy", "verify", "--as-of", "yesterday"),
        ("audit",),
        ("audit", "no/such/folder"),
        ("verify",),
        ("verify", "no/such/folder"),
        ("generate",),
        ("generate", "--out", "x", "--people", "0"),
        ("scrub", "--people", "no/such/file"),
        ("scrub", "--strictness", "lax"),
        ("ledger", "show"),
        ("ledger", "who-received"),
        ("safeguards",),
        ("safeguards", "sources", "--show", "some"),
        ("safeguards", "verify", "a/b/c/d/1"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(shield1367: Command, arguments: tuple[str, ...]) -> None:
    done = shield1367(*arguments)
    assert done.code == 2
    assert "Usage: shield1367" in done.out + done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "{home}"),
        ("explain", "--person", "A099999999", "--home", "{home}"),
        ("explain", "--person", "nobody", "--home", "{home}"),
        ("explain", "--row", "enforcement/encounters/nothing", "--home", "{home}"),
        ("explain", "--row", "enforcement", "--home", "{home}"),
        ("explain", "--row", "nowhere/nothing/1", "--home", "{home}"),
        ("ledger", "show", "r-0", "--home", "{home}"),
        ("ledger", "show", "r-0", "--home", "{home}", "--json"),
        ("ledger", "who-received", "--person", "A099999999", "--home", "{home}"),
        ("run", "--recipient", "nobody", "--home", "{home}"),
        ("explain", "--row", "enforcement/encounters/nothing", "--recipient", "x", "--home", "{home}"),
        ("policy", "sign", "nobody", "--approver", "ada"),
        ("policy", "sign", "county-analytics", "--approver", "ada"),
        ("policy", "verify", "nobody"),
        ("policy", "person", "--person", "A099999999", "--home", "{home}"),
        ("safeguards", "verify", "nonsense", "--by", "x", "--reference", "y", "--home", "{home}"),
        ("check", "{home}"),
        ("generate", "--out", "{home}", "--people", "7"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_one_and_says_the_mend(
    shield1367: Command, finished: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SHIELD1367_HOME", str(finished))
    done = shield1367(*(argument.replace("{home}", str(finished)) for argument in arguments))
    assert done.code == 1
    if arguments[0] != "audit":
        assert "Mend: " in done.out + done.err
    assert "E901" not in done.err
    # What was asked for may be an identifier.
    assert "099999999" not in done.out + done.err


def test_the_installed_command_hands_the_code_to_the_shell(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shield1367", "check", tmp_path], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert "fields.yaml: cannot be read" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_foreign_error_says_where_and_never_what(
    shield1367: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("Xochitl Canary A098765431")

    monkeypatch.setattr("shield1367.testing.generate.generate", fails)
    done = shield1367("generate", "--out", "x")
    assert done.code == 1
    assert done.err.startswith("E901 ValueError in ")
    assert "Canary" not in done.out + done.err
    assert "098765431" not in done.out + done.err


def test_brackets_in_a_message_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        application._refuse(TerminalError("folder [/x] [draft] is full.", mend="empty [draft]."))
    assert "folder [/x] [draft] is full." in capsys.readouterr().err
