"""Facts of releases to write documents from."""

from __future__ import annotations

from typing import Any

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import PartResult
from shield1367.release.manifest import ReleasedFile
from shield1367.reporting.facts import ReleaseFacts
from shield1367.validation.audit import AuditReport
from shield1367.validation.outcomes import Outcome, Severity, ValidationReport
from shield1367.validation.recall import MeasuredRecall
from tests.validation.packages import plan_of

WITHHELD = 7919
PROTECTED = 6007
RELEASED = 41234


def profile_of(**changes: Any) -> RecipientProfile:
    content = {
        "recipient": "university",
        "organization": {
            "name": "State University <b>",
            "address": "100 University Avenue",
            "type": "research",
        },
        "effective": {"begins": "2026-01-01", "expires": "2031-12-31"},
        "purpose": "research",
        "purpose_statement": "research on enforcement practice",
        "retention": {"days": 365, "then": "destroy"},
        "agreement": {"reference": "DUA-2026-014", "expires": "2031-12-31"},
        "datasets": ["enforcement.encounters"],
        "schedule": {"cron": "0 6 * * 1"},
    }
    return RecipientProfile.model_validate(content | changes)


def outcome(**changes: Any) -> Outcome:
    content = {
        "dataset": "enforcement.encounters",
        "expectation": "expect_column_values_to_be_null",
        "column": "coa",
        "severity": Severity.CRITICAL,
        "success": True,
        "raised": False,
        "unexpected": 0,
        "elements": RELEASED,
        "meaning": "Withheld: every cell of coa is empty.",
    }
    return Outcome.model_validate(content | changes)


def facts_of(**changes: Any) -> ReleaseFacts:
    result = PartResult(
        index=0,
        dataset="enforcement.encounters",
        rows_in=RELEASED + WITHHELD,
        released=RELEASED,
        withheld=WITHHELD,
        protected_rows=PROTECTED,
        spans={"PERSON": 5100, "A_NUMBER": 1200, "DATE": 2},
        texts=RELEASED,
        texts_withheld=3,
    )
    outcomes = (
        outcome(),
        outcome(dataset="release", column=None, meaning="The rows of all files reconcile."),
        outcome(
            severity=Severity.WARNING, success=False, unexpected=12, meaning="Rows name a person to join on."
        ),
    )
    content: dict[str, Any] = {
        "plan": plan_of(),
        "profile": profile_of(),
        "results": (result,),
        "validation": ValidationReport(
            release_id="r1", recipient="university", rows=RELEASED, files=2, outcomes=outcomes
        ),
        "audit": AuditReport(
            files=3,
            cells=452_000,
            characters=9_000_000,
            people=PROTECTED,
            identifiers_searched=120_347,
            findings=(),
            findings_total=0,
        ),
        "recall": MeasuredRecall(
            narratives=RELEASED,
            trials=200,
            found=199,
            by_kind={"capitals": (200, 199)},
            at_least=0.99,
            lower_at_least=0.96888,
        ),
        "files": (
            ReleasedFile(
                path="data/enforcement.encounters/part-00000.parquet", sha256="ab" * 32, bytes=1234567, rows=9
            ),
            ReleasedFile(path="data_dictionary.csv", sha256="cd" * 32, bytes=1234),
        ),
    }
    return ReleaseFacts(**(content | changes))
