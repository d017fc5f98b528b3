"""The whole way from a landing zone in a store to a release in a store, with the command a person uses."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from shield1367.cli import main
from shield1367.storage import RemotePath, is_published, write_bytes

COUNTY = "county-analytics"
LANDING, STAGED, RELEASED = "SHIELD1367_LANDING", "SHIELD1367_STAGED", "SHIELD1367_RELEASED"


def through(
    home: Path, place: RemotePath, patch: pytest.MonkeyPatch, output: pytest.CaptureFixture[str]
) -> RemotePath:
    """Run *home*'s landing zone through *place* to a release, and hold it against what has to be so; the release.

    The home keeps its key, and nothing else of what an earlier run made there.
    """
    for path in (home / "landing").rglob("*"):
        if path.is_file():
            write_bytes(place / path.relative_to(home).as_posix(), path.read_bytes())
    for made in home.iterdir():
        if made.is_dir() and made.name != "keys":
            shutil.rmtree(made)
    scratch = home.parent / "scratch"
    scratch.mkdir()
    patch.setenv("SHIELD1367_SCRATCH", str(scratch))
    for variable in (LANDING, STAGED, RELEASED):
        patch.setenv(variable, str(place / variable.rpartition("_")[2].lower()))

    def shield1367(*arguments: object, code: int = 0) -> dict[str, Any]:
        patch.setattr(sys, "argv", ["shield1367", *map(str, arguments), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = output.readouterr()
        assert (int(ended.value.code or 0), "Traceback" in printed.err) == (code, False), printed.err
        told: dict[str, Any] = json.loads(printed.out) if printed.out else {}
        return told

    run = ("run", "--home", home, "--recipient", COUNTY)
    told = shield1367(*run)
    (export,) = told["exports"]
    assert export["state"] == "released"
    assert told["intake"]
    assert told["refused_batches"] == []
    release = place / "released" / COUNTY / export["release_id"]
    assert is_published(release, last="manifest.json")

    # Again: nothing new.
    assert shield1367(*run)["exports"][0]["state"] == "unchanged"

    # From the store itself: signature, every byte, and nobody who is shielded.
    verified = shield1367("verify", release)
    assert (verified["release_id"], verified["recipient"]) == (release.name, COUNTY)
    assert shield1367("audit", release, "--home", home)["cells"] > 0

    # What came in, what was staged and what went out lie in the store alone, and no copy of it stayed here.
    assert not {"landing", "staged", "released"}.intersection(path.name for path in home.iterdir())
    assert [p for p in scratch.rglob("*") if p.is_file() and p.name != ".lock"] == []

    # A file that is changed there is found out.
    part = next(name for name in release.store.tree(release.key) if name.endswith(".csv"))
    write_bytes(release / part, (release / part).read_bytes() + b"x")
    shield1367("verify", release, code=1)
    return release
