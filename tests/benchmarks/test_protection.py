from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import linkage, protection
from benchmarks.corruption import CORRUPTIONS, draw
from benchmarks.protection import Share, measured
from shield1367.config.linkage import load_linkage_settings
from shield1367.testing.generate import FolderInUseError, generate
from shield1367.testing.truth import read_rows


def test_of_no_rows_no_bar_on_others_holds() -> None:
    assert Share().values == (1.0, 1.0)


@pytest.mark.slow
def test_the_measures_of_a_small_run(tmp_path: Path) -> None:
    measures = {measure.name: measure for measure in measured(tmp_path, 200)}
    found = measures["protected.flagged"]
    assert found.value >= 0.995
    assert found.rival is not None
    assert found.value > found.rival, "A-Numbers alone find fewer"
    assert measures["others.flagged"].value <= 0.05
    assert measures["speed.first_batch"].value > 0
    assert measures["memory.peak"].value > 0


def test_every_mistake_is_made_and_changes_a_record() -> None:
    from random import Random

    settings, people = load_linkage_settings(), draw(600, seed=1)
    for corruption in CORRUPTIONS:
        made = [(person, corruption(person, Random(0), settings)) for person in people]
        assert any(record for _, record in made), corruption.__name__
        assert all(r.record_id == p.record.record_id for p, r in made if r)


def test_possible_matches_hold_their_bars_on_few_people() -> None:
    measures = linkage.measured(load_linkage_settings(), 150, 850)
    assert [measure.name for measure in measures if not measure.holds] == []


def test_the_last_batch_has_the_share_asked_for(tmp_path: Path) -> None:
    generate(people=200, seed=2, out=tmp_path, batches=2, last_share=0.1, rates=protection.HARD)
    sizes = sorted(
        sum(path.stat().st_size for path in batch.iterdir() if path.name != "manifest.json")
        for batch in (tmp_path / "landing" / "enforcement").iterdir()
    )
    assert sizes[0] < sizes[1] / 4
    assert list(read_rows(tmp_path / "truth"))
    with pytest.raises(FolderInUseError):
        generate(people=200, seed=2, out=tmp_path, batches=2, last_share=0.1)
