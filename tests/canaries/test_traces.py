"""The search for traces: in plain files, packed ones, databases, names of files; and where it does not look again."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Never

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.canaries.person import canary_of
from shield1367.canaries.places import places
from shield1367.canaries.traces import TraceSearch, is_open_elsewhere, search, searched_path
from shield1367.errors import StorageError
from shield1367.home import Home
from shield1367.keys import Keys

CANARY = canary_of(Keys(b"k" * 32), "benefits", "b1", "subject")
OTHER = canary_of(Keys(b"k" * 32), "benefits", "b2", "subject")
NAME = CANARY.values["family_name"]


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE xcom (value TEXT)")
        connection.execute("INSERT INTO xcom VALUES (?)", (json.dumps({"who": NAME}),))
        connection.commit()


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", f"of {NAME}".encode())


FILES: dict[str, Callable[[Path], object]] = {
    "task.log": lambda path: path.write_text(f"ValueError: {NAME.upper()} is no date\n"),
    "crash.core": lambda path: path.write_bytes(b"\0\xff" * 999 + NAME.encode() + b"\0"),
    "old.log.gz": lambda path: path.write_bytes(gzip.compress(f"x {NAME}".encode())),
    "old.log.bz2": lambda path: path.write_bytes(bz2.compress(f"x {NAME}".encode())),
    "old.log.xz": lambda path: path.write_bytes(lzma.compress(f"x {NAME}".encode())),
    "bundle.zip": _zip,
    "airflow.db": _sqlite,
    "frame.parquet": lambda path: pq.write_table(
        pa.table({"note": ["nothing", f"of {NAME}"], "n": [1, 2]}), path
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_trace_is_found_whatever_it_lies_in(tmp_path: Path, name: str) -> None:
    home = Home(root=tmp_path / "home")
    folder = tmp_path / "logs"
    folder.mkdir()
    FILES[name](folder / name)
    (folder / "harmless.txt").write_text("nothing of anybody")
    found = search(home, [OTHER, CANARY], [folder])
    assert [(trace.place, trace.person_id) for trace in found] == [(f"logs/{name}", CANARY.person_id)]


def test_the_name_of_a_file_is_a_place_and_is_not_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / f"{NAME}.txt").write_text("")
    (trace,) = search(Home(root=tmp_path / "home"), [CANARY], [folder])
    assert trace.place == "the name of a file in logs"


@given(st.sampled_from(CANARY.needles), st.binary(max_size=40), st.binary(max_size=40), st.booleans())
def test_every_needle_is_found_between_any_bytes(
    needle: str, before: bytes, after: bytes, upper: bool
) -> None:
    text = needle.upper() if upper else needle
    content = before + b" " + text.encode() + b"\n" + after
    assert TraceSearch([CANARY, OTHER]).in_bytes(content) >= {CANARY.person_id}


def test_a_run_of_digits_inside_a_hash_is_no_trace() -> None:
    digits = CANARY.values["fin"]
    search_ = TraceSearch([CANARY])
    assert search_.in_bytes(f"sha256 0f{digits}c3".encode()) == set()
    assert search_.in_bytes(f"FIN {digits}.".encode()) == {CANARY.person_id}


def test_a_trace_across_two_reads_is_found(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(b"x" * ((1 << 22) - 5) + b" " + NAME.encode() + b" " + b"y" * 10)
    assert TraceSearch([CANARY]).in_file(path) == {CANARY.person_id}


def test_a_packed_file_that_cannot_be_opened_stands_against_the_release(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "torn.gz").write_bytes(gzip.compress(os.urandom(2000))[:700])
    (trace,) = search(Home(root=tmp_path / "home"), [CANARY], [folder])
    assert trace.place == "logs/torn.gz, which cannot be opened"


def test_what_goes_while_it_is_looked_at_holds_nothing(tmp_path: Path) -> None:
    """Temporary folders of other processes: listed, and gone before they are opened."""
    for name in ("a", "b", "c"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "log.txt").write_text(NAME)
    found = set()
    for trace in TraceSearch([CANARY]).in_tree(tmp_path, {}):
        found.add(trace.place)
        shutil.rmtree(tmp_path / "b", ignore_errors=True)
    assert found == {f"{tmp_path.name}/{name}/deep/log.txt" for name in ("a", "c")}


def test_a_file_that_goes_between_its_name_and_its_bytes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text(NAME)
    going = tmp_path / "going.txt"
    going.write_text(NAME)

    class Gone(TraceSearch):
        def in_file(self, path: Path) -> set[str]:
            going.unlink(missing_ok=True)
            return super().in_file(path)

    assert {t.place for t in Gone([CANARY]).in_tree(tmp_path, {})} == {f"{tmp_path.name}/here.txt"}


def test_a_folder_that_cannot_be_read_stands_against_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> Never:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StorageError):
        list(TraceSearch([CANARY]).in_tree(tmp_path, {}))


def test_what_was_clean_and_has_not_changed_is_not_opened_again(tmp_path: Path) -> None:
    home, folder = Home(root=tmp_path / "home"), tmp_path / "logs"
    folder.mkdir()
    file = folder / "task.log"
    file.write_text("nothing")
    assert search(home, [CANARY], [folder]) == []
    assert str(file) in json.loads(searched_path(home).read_text())
    file.write_text(f"nothing but {NAME}")
    assert len(search(home, [CANARY], [folder])) == 1
    # What is not clean is looked at every time.
    assert len(search(home, [CANARY], [folder])) == 1


def test_the_places_leave_out_what_holds_canaries_by_design_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(root=tmp_path / "home")
    inside = [
        "airflow/logs/x.log", "ledger/ledger.sqlite", "held/r/x", "registry/x", "quarantine/x", "plans/x",
        "work/county/r-1/package/x", "work/county/r-1/plan.json", "reports/x", "lookback/x", "anything/new",
    ]  # fmt: skip
    by_design = ["staged/s/x", "landing/x", "keys/x", "work/county/r-1/canaries/x"]
    for name in (*inside, *by_design):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text(NAME)
    watched = tmp_path / "elsewhere"
    watched.mkdir()
    (watched / "x").write_text(NAME)
    temporary = tmp_path / "temporary"
    (temporary / "tmpabc").mkdir(parents=True)
    (temporary / "tmpabc" / "x").write_text(NAME)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("SHIELD1367_WATCH", str(watched))
    found = {trace.place for trace in search(home, [CANARY], places(home, since=0.0))}
    assert len(found) == len(inside) + 2
    assert not any("staged" in place or "canaries" in place or "keys" in place for place in found)
    later = {trace.place for trace in search(home, [CANARY], places(home, since=9e9))}
    assert found - later == {"tmpabc/x"}


WRITER = """
import gzip, sys, time
with open(sys.argv[1], "wb") as half:
    packed = gzip.compress(sys.argv[2].encode())
    half.write(packed[:10]); half.flush(); print("half", flush=True); time.sleep(1.5); half.write(packed[10:])
"""


@pytest.mark.parametrize(("text", "traces"), [("nobody", 0), (f"about {NAME} there", 1)])
def test_what_another_process_is_writing_is_searched_when_it_is_written(
    tmp_path: Path, text: str, traces: int
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    command = [sys.executable, "-c", WRITER, str(folder / "half.gz"), text]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        assert is_open_elsewhere(folder / "half.gz")
        found = search(Home(root=tmp_path / "home"), [CANARY], [folder])
    assert [trace.place for trace in found] == ["logs/half.gz"] * traces
