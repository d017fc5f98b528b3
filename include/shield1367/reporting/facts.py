"""What the documents of a release are written from: plan, profile, counts and results, never a cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import DatasetPlan, PartResult, ReleasePlan
from shield1367.redaction.text.tokens import TOKENS
from shield1367.release.manifest import ReleasedFile
from shield1367.reporting.tabulations import TableFacts
from shield1367.validation.audit import AuditReport
from shield1367.validation.outcomes import ValidationReport


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Everything known of one release when its documents are written.

    Attributes:
        results: what redaction reported, one a partition.
        files: what lies in the package already; the documents themselves are not among them.
        tables: tabulations, where they go instead of rows.
    """

    plan: ReleasePlan
    profile: RecipientProfile
    results: tuple[PartResult, ...]
    validation: ValidationReport
    audit: AuditReport
    files: tuple[ReleasedFile, ...]
    tables: tuple[TableFacts, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check held."""
        return self.validation.passed and self.audit.passed

    @property
    def rows(self) -> int:
        """Rows in the package."""
        return sum(result.released for result in self.results)

    @property
    def narratives(self) -> int:
        """Narratives that were scrubbed."""
        return sum(result.texts for result in self.results)

    @property
    def narratives_withheld(self) -> int:
        """Narratives left out as a whole, because they could not be scrubbed for certain."""
        return sum(result.texts_withheld for result in self.results)

    def rows_of(self, dataset: DatasetPlan) -> int:
        """Rows of one table in the package."""
        return sum(result.released for result in self.results if result.dataset == dataset.name)

    def spans(self) -> dict[str, int]:
        """What stands in the narratives now → how often, most frequent first.

        By token, not by type: how many passages spoke of a benefit is for the ledger alone.
        """
        total: Counter[str] = Counter()
        for result in self.results:
            for entity, count in result.spans.items():
                total[TOKENS[entity].strip("[]")] += count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))
