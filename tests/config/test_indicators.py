from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shield1367.config.indicators import Consequence, Context, Indicators, load_indicators
from shield1367.config.loading import read_yaml
from tests.config.folders import changed, copy_config, problems_of


def problems(folder: Path, change: dict[str, Any]) -> dict[str, list[str]]:
    """The problems of the shipped file with some dotted keys exchanged."""
    folder = copy_config(folder)
    content = changed(read_yaml(folder / "indicators.yaml"), change)
    (folder / "indicators.yaml").write_text(yaml.safe_dump(content))
    return problems_of(lambda: load_indicators(folder))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"owner": ...}, "owner"),
        ({"reviewed": "soon"}, "reviewed"),
        ({"reason_to_believe": "off"}, "reason_to_believe"),
        ({"groups": {}}, "groups"),
        ({"groups.form.phrases": []}, "groups.form.phrases"),
        ({"groups.form.cancelled_by": ["doubt"]}, "groups.form.cancelled_by.0"),
        ({"groups.form.weight": 3}, "groups.form.weight"),
        ({"contexts.bridges": ...}, "contexts.bridges"),
        ({"contexts.place.stops": []}, "contexts.place.stops"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path: Path, change: dict[str, Any], key: str) -> None:
    assert set(problems(tmp_path, change)) == {key}


def test_a_phrase_that_could_never_be_found_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, {"groups.form.phrases": ["I-918", "i 914"]})
    (message,) = found["groups.form.phrases.0"]
    assert message.startswith("'I-918' is no phrase: words in lower case without marks")


def test_a_word_that_yaml_made_a_truth_value_is_refused(tmp_path: Path) -> None:
    assert set(problems(tmp_path, {"contexts.absence": [False, "not"]})) == {"contexts.absence.0"}


def test_a_phrase_that_stands_twice_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, {"groups.form.phrases": ["i 914", "i 918", "i 914"]})
    assert found == {"groups.form": ["phrases that stand twice: i 914"]}


def test_without_a_word_on_it_reason_to_believe_counts(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    content = changed(read_yaml(folder / "indicators.yaml"), {"reason_to_believe": ...})
    (folder / "indicators.yaml").write_text(yaml.safe_dump(content))
    assert load_indicators(folder).reason_to_believe is Consequence.INDETERMINATE


def test_every_setting_moves_the_hash() -> None:
    shipped = load_indicators()
    content = shipped.model_dump(mode="json")
    hashes = {shipped.content_hash()}
    for change in (
        {"version": "other"},
        {"reason_to_believe": "ignored"},
        {"groups.form.traps": []},
        {"groups.form.cancelled_by": []},
        {"contexts.answers": ["none"]},
    ):
        hashes.add(Indicators.model_validate(changed(content, change)).content_hash())
    assert len(hashes) == 6


def test_the_hash_is_the_same_in_every_process() -> None:
    code = "from shield1367.config.indicators import load_indicators; print(load_indicators().content_hash())"
    path = os.pathsep.join(sys.path)
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert printed == {load_indicators().content_hash()}


def test_every_group_says_where_it_comes_from_and_what_cancels_it() -> None:
    for group in load_indicators().groups.values():
        assert group.title
        assert group.source
        assert {Context.ABSENCE, Context.ANSWER, Context.OTHER_PERSON} <= set(group.cancelled_by)
