from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.identities import Identity
from shield1367.validation.recall import MeasuredRecall, is_found, lower_bound, measured, plant
from tests.validation.audit.test_search import JORDAN, NURIA

TEXT = "The subject was served in person. Nuria Belén Quiñónez Tzul agreed to call."


@given(st.integers(0, 10_000), st.sampled_from([TEXT, "Nothing of note.", ""]))
def test_what_the_scrubber_leaves_is_missed_and_what_it_masks_is_found(seed: int, text: str) -> None:
    trial = plant(text, [NURIA], Random(seed))
    assert trial is not None
    assert trial.planted
    assert not is_found(trial, trial.text)
    assert not is_found(trial, trial.text.upper())
    assert is_found(trial, "The subject, [PERSON], was served with [A_NUMBER] and agreed to call.")


@given(st.integers(0, 1000))
def test_one_surname_left_is_a_miss(seed: int) -> None:
    trial = plant(
        "", [Identity("p1", {"given_name": ("Belisario",), "family_name": ("Quiñónez",)})], Random(seed)
    )
    assert trial is not None
    for run in trial.planted:
        assert not is_found(trial, f"Spoke with [PERSON] {run} again today.")


def test_the_same_seed_plants_the_same() -> None:
    first, second = (plant(TEXT, [NURIA], Random("s")) for _ in range(2))
    assert first == second


def test_nobody_who_is_called_like_ordinary_words_is_planted() -> None:
    assert plant(TEXT, [JORDAN], Random(1)) is None
    assert plant(TEXT, [], Random(1)) is None


@pytest.mark.parametrize(
    ("found", "trials", "bound"),
    [
        (0, 10, 0.0),
        (10, 10, 0.05 ** (1 / 10)),
        (200, 200, 0.05 ** (1 / 200)),
        (9, 10, 0.6058),
        (198, 200, 0.9689),
    ],
)
def test_the_bound_is_clopper_and_pearsons(found: int, trials: int, bound: float) -> None:
    assert lower_bound(found, trials) == pytest.approx(bound, abs=1e-4)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bound_is_below_the_share(figures: tuple[int, int]) -> None:
    found, trials = figures
    assert 0 <= lower_bound(found, trials) < found / trials or found == 0


@pytest.mark.parametrize(
    ("narratives", "trials", "found", "passed"),
    [(0, 0, 0, True), (9, 0, 0, False), (200, 200, 198, True), (200, 200, 197, False), (9, 9, 9, True)],
)
def test_a_release_shows_what_its_profile_demands(
    narratives: int, trials: int, found: int, passed: bool, tmp_path: Path
) -> None:
    recall = MeasuredRecall(narratives=narratives, trials=trials, found=found, by_kind={}, at_least=0.99)
    assert recall.passed is passed
    recall.write(tmp_path)
    assert MeasuredRecall.read(tmp_path) == recall


def test_the_figures_are_counted_by_mutation() -> None:
    trials = [trial for seed in range(40) if (trial := plant(TEXT, [NURIA], Random(seed)))]
    answers = [trial.text if number % 4 == 0 else "[PERSON]" for number, trial in enumerate(trials)]
    figures = measured(trials, answers, narratives=50, at_least=0.9)
    assert (figures.trials, figures.found, figures.passed) == (40, 30, False)
    assert sum(tried for tried, _ in figures.by_kind.values()) == 40
    assert "Quiñónez" not in repr(trials)
