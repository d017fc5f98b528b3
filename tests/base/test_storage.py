from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.errors import StorageError
from shield1367.storage import (
    TEMPORARY_PREFIX,
    digest,
    move_folder,
    read_json,
    remove_folder,
    sha256,
    write_atomically,
    write_bytes,
    write_json,
    write_text,
)


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run *code* in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_written_is_there_whole_and_alone(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a" / "b" / "c.txt", "Ávila\n")
    assert path.read_bytes() == "Ávila\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["c.txt"]


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")

    def half(temporary: Path) -> None:
        temporary.write_text("ne")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        write_atomically(path, half)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_device_is_reported_with_its_mend(tmp_path: Path) -> None:
    """``/dev/full`` answers every write as a full disk does."""
    path = write_text(tmp_path / "a.txt", "old")
    with pytest.raises(
        StorageError, match=r"E101 cannot write .*a\.txt: No space left on device.* free disk space"
    ):
        write_atomically(path, lambda _: Path("/dev/full").write_bytes(b"x" * 100_000) and None)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_finds_no_room_is_not_published(tmp_path: Path) -> None:
    run = python(
        """
        import resource, signal, sys
        from pathlib import Path
        from shield1367.errors import StorageError
        from shield1367.storage import write_bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            write_bytes(Path(sys.argv[1]), b"x" * 1001)
        except StorageError as error:
            print(error)
        write_bytes(Path(sys.argv[1]).with_name("small"), b"x" * 1000)
        """,
        tmp_path / "big",
    )
    assert run.stdout.startswith("E101 cannot write"), run.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["small"]


def test_a_killed_writer_leaves_the_old_file_and_a_temporary_one(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    run = python(
        """
        import os, signal, sys
        from pathlib import Path
        from shield1367.storage import write_atomically
        def half(temporary):
            temporary.write_text("ne")
            os.kill(os.getpid(), signal.SIGKILL)
        write_atomically(Path(sys.argv[1]), half)
        """,
        path,
    )
    assert run.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    others = [p.name for p in tmp_path.iterdir() if p != path]
    assert len(others) == 1
    assert others[0].startswith(TEMPORARY_PREFIX)
    # The next process that writes there removes it, whatever it writes.
    code = "from pathlib import Path; from shield1367.storage import *; import sys; write_text(Path(sys.argv[1]), '')"
    assert python(code, tmp_path / "b.txt").returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_what_another_process_is_writing_is_not_swept(tmp_path: Path) -> None:
    def meanwhile(temporary: Path) -> None:
        temporary.write_text("first")
        run = python(
            """
            import sys
            from pathlib import Path
            from shield1367.storage import write_text
            write_text(Path(sys.argv[1]), "second")
            """,
            tmp_path / "second.txt",
        )
        assert run.returncode == 0, run.stderr
        assert temporary.read_text() == "first"

    write_atomically(tmp_path / "first.txt", meanwhile)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["first.txt", "second.txt"]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    versions = [b"%d" % number * 200_000 for number in (1, 2)]
    write_bytes(path, versions[0])
    stop, torn = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            content = path.read_bytes()
            if content not in versions:
                torn.append(len(content))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        write_bytes(path, versions[number % 2])
    stop.set()
    reader.join()
    assert torn == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match=r"cannot write .*file/a\.txt: (Not a directory|File exists)"):
        write_text(tmp_path / "file" / "a.txt", "x")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(content=json_values)
def test_json_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text("")
    # The order of keys changes nothing in the bytes.
    assert read_json(write_json(path, content)) == content
    assert path.read_bytes().endswith(b"\n")


def test_equal_content_is_equal_bytes(tmp_path: Path) -> None:
    one = write_json(tmp_path / "1", {"b": 1, "a": [1, "é"]}).read_bytes()
    assert one == write_json(tmp_path / "2", {"a": [1, "é"], "b": 1}).read_bytes()
    assert json.loads(one) == {"a": [1, "é"], "b": 1}


def test_json_that_cannot_be_read_is_named_and_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"name": QUERALT')
    with pytest.raises(StorageError, match="is not valid JSON") as caught:
        read_json(path)
    assert "QUERALT" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(StorageError, match=r"cannot read .*No such file"):
        read_json(tmp_path / "b.json")


def test_a_folder_is_published_once(tmp_path: Path) -> None:
    write_text(tmp_path / "work" / "a.txt", "1")
    assert move_folder(tmp_path / "work", tmp_path / "out" / "r1") == tmp_path / "out" / "r1"
    assert not (tmp_path / "work").exists()
    write_text(tmp_path / "work" / "a.txt", "2")
    with pytest.raises(StorageError, match="exists already"):
        move_folder(tmp_path / "work", tmp_path / "out" / "r1")
    assert (tmp_path / "out" / "r1" / "a.txt").read_text() == "1"
    assert (tmp_path / "work" / "a.txt").read_text() == "2"


def test_removing_a_folder_twice_is_no_error(tmp_path: Path) -> None:
    write_text(tmp_path / "f" / "g" / "a.txt", "1")
    remove_folder(tmp_path / "f")
    remove_folder(tmp_path / "f")
    assert list(tmp_path.iterdir()) == []


@given(content=st.binary(max_size=200))
def test_the_digest_is_sha256_of_the_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(content)
    assert sha256(path) == digest(io.BytesIO(content)) == hashlib.sha256(content).hexdigest()


def test_the_digest_of_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot read"):
        sha256(tmp_path / "none")
