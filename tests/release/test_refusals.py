from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.disclosure.standing import RefusedError
from shield1367.errors import TransientError
from shield1367.home import Home
from shield1367.release.refusals import refusals, refusals_path, refusals_recorded

EVER = ("2000-01-01", "2100-01-01")


def test_what_is_refused_is_written_down_and_goes_on_its_way(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    for _ in range(2):
        with pytest.raises(RefusedError), refusals_recorded(home, "county", "plan"):
            raise RefusedError("the agreement expired.", mend="renew it.")
    found = refusals(home, *EVER)
    assert [(r.recipient, r.stage, r.code, r.reason) for r in found] == [
        ("county", "plan", "E502", "the agreement expired.")
    ] * 2


def test_what_may_succeed_later_and_what_succeeds_is_no_refusal(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    with pytest.raises(TransientError), refusals_recorded(home, "county", "plan"):
        raise TransientError("the database is busy.", mend="wait.")
    with refusals_recorded(home, "county", "release"):
        pass
    assert refusals(home, *EVER) == []
    assert not refusals_path(home).exists()
