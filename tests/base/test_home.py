from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.home import Home


def test_every_folder_lies_below_the_root_and_none_twice(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    folders = [
        home.landing, home.staged, home.quarantine, home.registry, home.work, home.held, home.released,
        home.ledger.parent, home.keys,
    ]  # fmt: skip
    assert all(folder.parent == tmp_path for folder in folders)
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_word_it_is_var_in_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SHIELD1367_HOME", "SHIELD1367_LANDING"):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    home = Home.from_environment()
    assert home.root == tmp_path.resolve() / "var"
    assert home.landing == home.root / "landing"


def test_the_environment_names_home_and_landing_zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHIELD1367_HOME", "here")
    monkeypatch.setenv("SHIELD1367_LANDING", str(tmp_path / "drop"))
    home = Home.from_environment()
    assert home.root == tmp_path.resolve() / "here"
    assert home.landing == (tmp_path / "drop").resolve()
    assert home.staged == home.root / "staged"
