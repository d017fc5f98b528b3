"""Whom rows in quarantine may name: not to be taken for CLEAR while nobody has read them (R-23)."""

from __future__ import annotations

from shield1367.config.project import Project
from shield1367.home import Home
from shield1367.identifiers import canonical, identifiers_within
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE, open_rows
from shield1367.intake.receipt import BatchReceipt
from shield1367.keys import Keys
from shield1367.protection.identity.mention import MentionReader


def suspects_of(home: Home, keys: Keys, project: Project, receipt: BatchReceipt) -> set[str]:
    """Keyed fingerprints of everybody named in one batch's rows and files that wait in quarantine."""
    fingerprint = keys.fingerprint(IDENTIFIER_PURPOSE)
    suspects = {fp for refusal in receipt.refusals for fp in refusal.identifiers}
    contract = project.contracts[receipt.source]
    readers = {
        name: [MentionReader(columns, project.fields, fingerprint) for columns in dataset.people.values()]
        for name, dataset in contract.datasets.items()
    }
    kinds = {
        name: {kind for columns in dataset.people.values() for kind in columns}
        & project.fields.strong_kinds()
        for name, dataset in contract.datasets.items()
    }
    for row in open_rows(home, keys, receipt.source, receipt.batch):
        if not row.suspicious:
            continue
        cells = [cell for cell in row.cells if cell]
        found = set(identifiers_within(" | ".join(cells)))
        # In a shifted row nobody can say which cell is which: each may be any identifier.
        found |= {
            (kind, value) for kind in kinds[row.dataset] for cell in cells if (value := canonical(kind, cell))
        }
        suspects.update(fingerprint.of(kind, value) for kind, value in found)
        for reader in readers[row.dataset] if row.fields else ():
            if mention := reader.read(row.fields or {}):
                suspects.update(mention.strong, mention.loose)
    return suspects
