"""The attack on a hidden release, small: it fails on the release as it is, and succeeds once a control is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parity import SUCCEEDS, Attack


@pytest.mark.slow
def test_a_hidden_release_does_not_tell_who_is_protected(tmp_path: Path) -> None:
    attack = Attack(tmp_path, 400)
    # Of so few rows chance alone moves it by some hundredths; the benchmark asks 20,000 for 0.02.
    assert abs(attack.area(attack.released) - 0.5) < 0.12
    assert attack.area(attack.released, by_source=True) > SUCCEEDS
    for control in ("broad_classes", "uniform_scrubbing"):
        assert attack.area(*attack.without()[control]) > SUCCEEDS, control
