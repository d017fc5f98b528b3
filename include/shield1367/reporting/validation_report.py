"""``validation.html``: every expectation and the leak audit in plain words; opens offline."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.pages import render
from shield1367.reporting.proof import audit_words, sections
from shield1367.storage import write_text

VALIDATION_REPORT = "validation.html"


def validation_report(facts: ReleaseFacts) -> str:
    """The page: verdict first, then what the audit found, then every expectation."""
    findings = Counter((finding.kind, finding.file, finding.column or "") for finding in facts.audit.findings)
    listed = Counter((finding.file, finding.kind) for finding in facts.audit.findings)
    for tally in facts.audit.tallies:
        if beyond := tally.count - listed[tally.file, tally.kind]:
            findings[tally.kind, tally.file, "more, not listed by place"] = beyond
    return render(
        "validation.html",
        title=f"Validation of release {facts.plan.release_id}",
        facts=facts,
        sections=sections(facts.validation.outcomes),
        audit=audit_words(facts),
        findings=[
            {"kind": kind, "file": file, "column": column, "count": count}
            for (kind, file, column), count in findings.most_common()
        ],
    )


def write_validation_report(package: Path, facts: ReleaseFacts) -> Path:
    """Write the page into the package."""
    return write_text(package / VALIDATION_REPORT, validation_report(facts))
