"""What a validation says: one outcome per expectation, and the report of a whole release.

Nothing here can hold a cell value: names come from the plan, the rest are counts and booleans.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from shield1367.config.loading import ConfigModel
from shield1367.storage import read_json, write_json

VALIDATION = "validation.json"


class Severity(StrEnum):
    """How much a failed expectation weighs: only ``CRITICAL`` holds a release back."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Outcome(ConfigModel):
    """One expectation on one dataset, over all its partitions.

    Attributes:
        dataset: ``source.dataset``, or ``release`` for what concerns all tables together.
        expectation: type of the expectation, such as ``expect_column_values_to_match_regex``.
        column: name of the released column, when the expectation is about one.
        raised: it could not be evaluated; that is a failure whatever its severity.
        unexpected: cells or rows that did not hold; *elements* of them were looked at.
        meaning: what it means for the reader of the report, in plain words.
    """

    dataset: str
    expectation: str
    column: str | None
    severity: Severity
    success: bool
    raised: bool
    unexpected: int
    elements: int
    meaning: str

    @property
    def blocks(self) -> bool:
        """Whether this outcome alone holds the release back."""
        return self.raised or (not self.success and self.severity is Severity.CRITICAL)


class ValidationReport(ConfigModel):
    """All outcomes of one release.

    Attributes:
        rows: rows found in the package; *files* data files.
        suites: version of the suites that were run, see :func:`~shield1367.validation.suites.version_of`.
    """

    release_id: str
    recipient: str
    rows: int
    files: int
    outcomes: tuple[Outcome, ...]
    suites: str = ""

    @property
    def words(self) -> str:
        """How many expectations hold, for manifest and ledger; and how many do not and only warn."""
        held = sum(outcome.success for outcome in self.outcomes)
        warnings = sum(not outcome.success and not outcome.blocks for outcome in self.outcomes)
        only_warn = f", {warnings} only {'warns' if warnings == 1 else 'warn'}" if warnings else ""
        return f"{held} of {len(self.outcomes)} expectations hold{only_warn}"

    @property
    def passed(self) -> bool:
        """Whether the release may go on; a report without outcomes proves nothing."""
        return bool(self.outcomes) and not any(outcome.blocks for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Everything that did not hold, blocking first."""
        failed = [outcome for outcome in self.outcomes if outcome.raised or not outcome.success]
        return tuple(sorted(failed, key=lambda outcome: not outcome.blocks))

    def write(self, folder: Path) -> Path:
        """Write the report as JSON."""
        return write_json(folder / VALIDATION, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> ValidationReport:
        """Read a report back."""
        return cls.model_validate(read_json(folder / VALIDATION))
