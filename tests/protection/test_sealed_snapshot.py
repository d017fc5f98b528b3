"""The registry's answers in a sealed file: what goes in comes out, whole or not at all, and nothing is plain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shield1367.errors import StorageError
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection import sealed_snapshot
from shield1367.protection.sealed_lines import SnapshotBrokenError
from shield1367.protection.sealed_snapshot import SealedSnapshot, write_snapshot
from shield1367.protection.snapshot import Snapshot
from shield1367.protection.status import Status
from tests.protection.site import DAY

KEYS = Keys(b"k" * 32)
NAMES = st.frozensets(st.text(max_size=5), max_size=3)
SNAPSHOTS = st.builds(
    Snapshot,
    as_of=st.just(DAY),
    statuses=st.dictionaries(st.text(max_size=5), st.sampled_from(Status), max_size=5),
    merges=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    whole_names=NAMES,
    whole_if_part=NAMES,
    short_names=NAMES,
    digest=st.just("d"),
)
PEOPLE = st.lists(
    st.builds(
        Identity,
        person_id=st.text(max_size=5),
        values=st.dictionaries(st.text(max_size=5), st.lists(st.text(), max_size=2).map(tuple), max_size=3),
        protected=st.booleans(),
    ),
    max_size=5,
)


def sealed(path: Path, *, release: str = "r-1", people: int = 7) -> SealedSnapshot:
    snapshot = Snapshot(
        DAY,
        {f"person-{n}": Status.PROTECTED for n in range(people)},
        {},
        frozenset(),
        frozenset(),
        frozenset(),
        "d",
    )
    everybody = [
        Identity(f"person-{n}", {"family_name": (f"Okonkwo-Canary-{n}",)}, protected=True)
        for n in range(people)
    ]
    write_snapshot(path, KEYS, snapshot, everybody, release_id="r-1")
    return SealedSnapshot(path, KEYS, release_id=release)


@given(snapshot=SNAPSHOTS, people=PEOPLE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(tmp_path: Path, snapshot: Snapshot, people: list[Identity]) -> None:
    path = write_snapshot(tmp_path / "s", KEYS, snapshot, iter(people), release_id="r-1")
    opened = SealedSnapshot(path, KEYS, release_id="r-1")
    assert opened.snapshot() == snapshot
    assert list(opened.identities()) == people


def test_nothing_of_it_is_plain_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    sealed(tmp_path / "s")
    content = (tmp_path / "s").read_bytes()
    for word in (b"Okonkwo", b"person-1", b"PROTECTED", b"r-1"):
        assert word not in content
    assert (tmp_path / "s").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_file_that_was_cut_mixed_or_changed_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_snapshot, "_AT_ONCE", 2)
    path = tmp_path / "s"
    opened = sealed(path)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) > 8
    for broken in (
        lines[:-1],
        lines[:-2] + lines[-1:],
        [],
        [lines[1], lines[0], *lines[2:]],
        [*lines, lines[-1]],
        [lines[0][:-9] + b"AAAAAAAA\n", *lines[1:]],
        [lines[0].rstrip(b"\n"), *lines[1:]],
    ):
        path.write_bytes(b"".join(broken))
        with pytest.raises(SnapshotBrokenError, match="plan the release again"):
            opened.snapshot()
        with pytest.raises(SnapshotBrokenError):
            list(opened.identities())


def test_another_releases_snapshot_and_another_key_do_not_open(tmp_path: Path) -> None:
    with pytest.raises(SnapshotBrokenError):
        sealed(tmp_path / "s", release="r-2").snapshot()
    with pytest.raises(SnapshotBrokenError):
        SealedSnapshot(tmp_path / "s", Keys(b"x" * 32), release_id="r-1").snapshot()
    with pytest.raises(StorageError):
        SealedSnapshot(tmp_path / "none", KEYS, release_id="r-1").snapshot()
