from __future__ import annotations

from dataclasses import replace
from math import ceil
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.recipient import Recall
from shield1367.validation.mutations import NAME_MUTATIONS, NUMBER_MUTATIONS
from shield1367.validation.recall import (
    SHORTEST_LEFT,
    MeasuredRecall,
    Trial,
    is_found,
    lower_bound,
    lower_demanded,
    measured,
    plant,
    planted,
)
from tests.validation.audit.test_search import JORDAN, NURIA

TEXT = "The subject was served in person. Nuria Belén Quiñónez Tzul agreed to call."


MASKED = "The subject, [PERSON], was served with [A_NUMBER] and agreed to call."


def _trial(seed: int, text: str = TEXT) -> Trial:
    trial = plant(text, [NURIA], Random(seed))
    assert trial is not None
    return trial


@given(st.integers(0, 10_000), st.sampled_from([TEXT, "Nothing of note.", "", "{} and {0}"]))
def test_what_the_scrubber_leaves_is_missed_and_what_it_masks_is_found(seed: int, text: str) -> None:
    trial = _trial(seed, text)
    assert trial.planted
    assert not is_found(trial, trial.text, trial.without)
    assert not is_found(trial, trial.text.upper(), trial.without)
    assert is_found(trial, MASKED, MASKED)
    assert is_found(trial, trial.without, trial.without)


@given(st.integers(0, 3000), st.data())
def test_four_characters_left_are_a_miss_wherever_they_are(seed: int, data: st.DataObject) -> None:
    trial = _trial(seed)
    run = data.draw(st.sampled_from(trial.planted))
    at = data.draw(st.integers(0, len(run) - SHORTEST_LEFT))
    left = run[at : at + SHORTEST_LEFT]
    assert not is_found(trial, f"Spoke with [PERSON]{left} again today.", "Spoke with [PERSON] again today.")
    assert not is_found(trial, f"Spoke with {'-'.join(left)} again.", "Spoke with [PERSON] again.")
    assert is_found(trial, f"Spoke with [PERSON] {left[:-1]}.", f"Spoke with [PERSON] {left[:-1]}.")


@given(st.integers(0, 3000))
def test_what_is_left_of_other_words_is_no_miss(seed: int) -> None:
    trial = _trial(seed)
    other = " ".join(trial.planted)
    assert is_found(trial, f"{other}: [PERSON]", f"{other}: []")
    assert not is_found(trial, f"{other}: {other}", f"{other}: []")


def test_a_token_is_made_of_no_original() -> None:
    trial = replace(_trial(1), planted=("8765",))
    assert is_found(trial, "[PERSON 876543 bcd] was seen", "was seen")
    assert not is_found(trial, "[PERSON 876543 bcd] 8765 was seen", "was seen")
    assert not is_found(trial, "[PERSON Nuria 8765] was seen", "was seen")


def test_every_mutation_is_drawn_and_changes_what_it_can() -> None:
    drawn = {_trial(seed, "").mutation for seed in range(2000)}
    assert drawn == {*NAME_MUTATIONS, *NUMBER_MUTATIONS}
    for name, change in NAME_MUTATIONS.items():
        assert (change("Belén Quiñónez", Random(1)) == "Belén Quiñónez") is (name == "as recorded")
    for name, change in NUMBER_MUTATIONS.items():
        assert (change("A201-345-678", Random(1)) == "A201-345-678") is (name == "number as recorded")


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
    [
        (0, 0, 0, True),
        (9, 0, 0, False),
        (200, 200, 198, True),
        (200, 200, 197, False),
        # All of a few are masked: the share is 100 %, but so it would be by luck.
        (9, 9, 9, False),
        (60, 60, 60, False),
        (100, 100, 100, True),
        # Of many, the bound is well above what is demanded: then the share decides.
        (9000, 2000, 1980, True),
        (9000, 2000, 1979, False),
    ],
)
def test_a_release_shows_what_its_profile_demands(
    narratives: int, trials: int, found: int, passed: bool, tmp_path: Path
) -> None:
    wanted = Recall()
    recall = MeasuredRecall(
        narratives=narratives, trials=trials, found=found, by_kind={}, at_least=wanted.at_least,
        lower_at_least=lower_demanded(wanted),
    )  # fmt: skip
    assert recall.passed is passed
    recall.write(tmp_path)
    assert MeasuredRecall.read(tmp_path) == recall


def test_the_figures_are_counted_by_mutation() -> None:
    trials = [trial for seed in range(40) if (trial := plant(TEXT, [NURIA], Random(seed)))]
    left = {trial.text for trial in trials[::4]}
    figures = measured(
        trials,
        lambda texts: [text if text in left else "[PERSON]" for text in texts],
        narratives=50,
        wanted=Recall(at_least=0.9, sample=40),
    )
    assert figures.trials == 40
    assert figures.found == sum(trial.text not in left for trial in trials)
    assert not figures.passed
    assert sum(tried for tried, _ in figures.by_kind.values()) == 40
    assert "Quiñónez" not in repr(trials)


@pytest.mark.parametrize(
    ("wanted", "demanded"),
    [
        (Recall(), 0.9689),
        (Recall(at_least=1.0), 0.9851),
        (Recall(at_least=0.99, sample=100), 0.9534),
        (Recall(lower_bound=0.98), 0.98),
        (Recall(at_least=0.5, sample=500, lower_bound=0.99), 0.99),
    ],
)
def test_the_bound_demanded_is_the_profiles_or_what_its_share_and_sample_show(
    wanted: Recall, demanded: float
) -> None:
    assert lower_demanded(wanted) == pytest.approx(demanded, abs=1e-4)


def test_a_profile_can_demand_the_bound_itself() -> None:
    """The share alone would let it pass, and the other way round."""
    sure = Recall(at_least=0.9, sample=500, lower_bound=0.99)
    figures = {"narratives": 500, "trials": 500, "by_kind": {}}
    demands = {"at_least": sure.at_least, "lower_at_least": lower_demanded(sure)}
    assert MeasuredRecall(found=499, **figures, **demands).passed
    assert not MeasuredRecall(found=498, **figures, **demands).passed
    assert not MeasuredRecall(found=499, **figures, **demands | {"at_least": 0.999}).passed


@given(st.integers(1, 400), st.floats(0.5, 1))
def test_a_sample_whose_share_is_just_what_is_demanded_passes(sample: int, at_least: float) -> None:
    wanted = Recall(at_least=at_least, sample=sample)
    found = ceil(round(at_least * sample, 9))
    demands = {"at_least": wanted.at_least - 1e-9, "lower_at_least": lower_demanded(wanted)}
    assert MeasuredRecall(narratives=sample, trials=sample, found=found, by_kind={}, **demands).passed


def _planted(places: list[str], wanted: int) -> list[tuple[str, Trial]]:
    trial = _trial(1)
    drawn: list[tuple[str, int]] = []

    def plant_in(place: str, number: int) -> Trial | None:
        drawn.append((place, number))
        return trial if place.startswith("a") else None

    made = planted(places, plant_in, wanted=wanted)
    # No place and round twice, and no place again that had nothing.
    assert len(drawn) == len(set(drawn))
    assert {number for place, number in drawn if not place.startswith("a")} <= {0}
    return made


@pytest.mark.parametrize(("places", "made"), [(["a1", "a2", "b"], 7), (["a1"], 7), (["b"], 0), ([], 0)])
def test_as_many_are_planted_as_the_profile_wants_however_few_the_narratives(
    places: list[str], made: int
) -> None:
    assert len(_planted(places, 7)) == made


def test_every_narrative_is_planted_in_before_one_is_again() -> None:
    assert [place for place, _ in _planted([f"a{n}" for n in range(5)], 5)] == [f"a{n}" for n in range(5)]
