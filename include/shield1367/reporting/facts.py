"""Everything a report may say about one release; no value of any cell is in it."""

from __future__ import annotations

from dataclasses import dataclass

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.release.manifest import ReleasedFile
from shield1367.validation.audit import AuditReport
from shield1367.validation.outcomes import ValidationReport


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What was planned, done, validated and audited for one release."""

    plan: ReleasePlan
    profile: RecipientProfile
    results: tuple[PartResult, ...]
    validation: ValidationReport
    audit: AuditReport
    files: tuple[ReleasedFile, ...]

    @property
    def passed(self) -> bool:
        """Whether both proofs held."""
        return self.validation.passed and self.audit.passed
