from __future__ import annotations

import pytest

from shield1367.validation.outcomes import Severity, ValidationReport
from tests.reporting.releases import outcome

HOLDS = outcome()
WARNS = outcome(success=False, severity=Severity.WARNING)
FAILS = outcome(success=False)
RAISED = outcome(success=False, raised=True, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("outcomes", "words", "passed"),
    [
        ((HOLDS, HOLDS), "2 of 2 expectations hold", True),
        ((HOLDS, WARNS), "1 of 2 expectations hold, 1 only warns", True),
        ((HOLDS, WARNS, WARNS), "1 of 3 expectations hold, 2 only warn", True),
        ((HOLDS, FAILS, WARNS), "1 of 3 expectations hold, 1 only warns", False),
        ((HOLDS, RAISED), "1 of 2 expectations hold", False),
    ],
)
def test_what_only_warns_is_told_apart_from_what_holds_a_release(
    outcomes: tuple[object, ...], words: str, passed: bool
) -> None:
    report = ValidationReport(release_id="r1", recipient="u", rows=1, files=1, outcomes=outcomes)  # type: ignore[arg-type]
    assert (report.words, report.passed) == (words, passed)
