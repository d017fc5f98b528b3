"""What an audit says: how much it searched, and where something was that must not be there."""

from __future__ import annotations

from pathlib import Path

from shield1367.config.loading import ConfigModel
from shield1367.storage import read_json, write_json

AUDIT = "audit.json"
# Findings of one kind in one file that are kept: enough to find the fault, and no file crowds out another.
MOST_FINDINGS = 100


class Tally(ConfigModel):
    """How many findings of one kind a file has, kept or not."""

    file: str
    kind: str
    count: int


class Finding(ConfigModel):
    """One thing that must not be there; where, never what.

    Attributes:
        file: path below the package, or ``file N`` when the name itself is not fit to be quoted.
        row: row of the data, or line of a text, from 0; ``None`` for the file as a whole.
        column: name of the column, or ``column N`` when it is not fit to be quoted.
        kind: ``a_number``, ``full_name`` …, ``pattern_…``, ``trigger_phrase``, or a fault of the package
            such as ``unreadable_file`` and ``hidden_bytes``.
        fingerprint: keyed hash of the id of the person found, or of the text of a pattern; empty for faults.
    """

    file: str
    row: int | None = None
    column: str | None = None
    kind: str
    fingerprint: str = ""


class AuditReport(ConfigModel):
    """Result of one leak audit.

    Attributes:
        files: files opened; *cells* read in them, *characters* searched.
        people: protected people searched for, by *identifiers_searched* identifiers and name forms.
        findings: of *findings_total*, at most ``MOST_FINDINGS`` of each kind in each file.
        tallies: every file with a finding, by kind, with the number of them all; reports of earlier versions have none.
    """

    files: int
    cells: int
    characters: int
    people: int
    identifiers_searched: int
    findings: tuple[Finding, ...]
    findings_total: int
    tallies: tuple[Tally, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found in what was really searched."""
        nothing_found = self.findings_total == 0 and not self.findings and not self.tallies
        return self.files > 0 and nothing_found

    def write(self, folder: Path) -> Path:
        """Write the report as JSON."""
        return write_json(folder / AUDIT, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> AuditReport:
        """Read a report back."""
        return cls.model_validate(read_json(folder / AUDIT))
