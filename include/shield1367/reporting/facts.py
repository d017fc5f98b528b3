"""Everything the documents of a release are made from, and the figures only insiders may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.release.manifest import ReleasedFile
from shield1367.validation.audit.report import AuditReport
from shield1367.validation.outcomes import ValidationReport


@dataclass(frozen=True, slots=True)
class InsideFigures:
    """Counts that tell how many people or rows are shielded; never for a recipient outside (R-12, R-30).

    Attributes:
        rows_in: staged rows that entered; *withheld* of them were left out, *shielded* concern somebody
            who is or may be protected.
        people: people the audit searched for, by *identifiers* identifiers and name forms.
    """

    rows_in: int
    withheld: int
    shielded: int
    people: int
    identifiers: int


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """One release as its checks left it, before it is published.

    Attributes:
        results: what redaction did, partition by partition.
        files: the files of the package so far; the documents made from these facts come on top.
    """

    plan: ReleasePlan
    profile: RecipientProfile
    results: tuple[PartResult, ...]
    validation: ValidationReport
    audit: AuditReport
    files: tuple[ReleasedFile, ...]

    @property
    def passed(self) -> bool:
        """Whether every check that can hold the release back was evaluated and held."""
        return self.validation.passed and self.audit.passed

    @property
    def reconciles(self) -> bool:
        """Whether every row that went in was released or withheld, partition by partition."""
        planned = {part.index: part.rows for _, part in self.plan.parts()}
        counted = {result.index: result.released + result.withheld for result in self.results}
        read = {result.index: result.rows_in for result in self.results}
        return planned == read == counted and len(self.results) == len(planned)

    @property
    def rows(self) -> Counter[str]:
        """Released rows by dataset."""
        rows: Counter[str] = Counter()
        for result in self.results:
            rows[result.dataset] += result.released
        return rows

    @property
    def spans(self) -> Counter[str]:
        """Stretches of narrative text that were replaced, by type."""
        spans: Counter[str] = Counter()
        for result in self.results:
            spans.update(result.spans)
        return spans

    @property
    def narratives(self) -> int:
        """Narratives that were scrubbed."""
        return sum(result.texts for result in self.results)

    @property
    def narratives_withheld(self) -> int:
        """Narratives that were replaced as a whole, since scrubbing them was not safe."""
        return sum(result.texts_withheld for result in self.results)

    @property
    def inside_figures(self) -> InsideFigures | None:
        """The figures for insiders; ``None`` when plan or profile say that the recipient is outside."""
        if self.plan.outside or self.profile.is_outside:
            return None
        return InsideFigures(
            rows_in=sum(result.rows_in for result in self.results),
            withheld=sum(result.withheld for result in self.results),
            shielded=sum(result.protected_rows for result in self.results),
            people=self.audit.people,
            identifiers=self.audit.identifiers_searched,
        )
