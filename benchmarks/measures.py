"""One line per measure: value, unit, bar, holds or not, and the rival's figure from the same run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """One claim. ``bar`` is ``None`` for a figure that is only told."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    better: Literal["higher", "lower"] = "higher"
    rival: float | None = None

    @property
    def holds(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar


def report(measures: Sequence[Measure], *, as_json: bool) -> int:
    """Print the measures; the exit code is 1 when a bar does not hold."""
    for measure in measures:
        if as_json:
            print(json.dumps(asdict(measure) | {"holds": measure.holds}))
            continue
        sign = ">=" if measure.better == "higher" else "<="
        bar = f"bar {sign} {measure.bar:g}" if measure.bar is not None else "no bar"
        rival = f"rival {measure.rival:.4g}" if measure.rival is not None else ""
        verdict = ("holds" if measure.holds else "MISSED") if measure.bar is not None else ""
        print(f"{measure.name:52s} {measure.value:12.4f} {measure.unit:12s} {bar:16s} {verdict:7s} {rival}")
    return 0 if all(measure.holds for measure in measures) else 1
