"""The usual rule, as a rival: whoever's A-Number stands on a revealing row is protected; nobody else is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from shield1367.identifiers import canonical
from shield1367.intake.receipt import list_receipts
from shield1367.intake.stage import KEY
from shield1367.pipeline import Site
from shield1367.protection.evidence.rows import RowReader
from shield1367.protection.rules import Rule

_REVEALING = frozenset({Rule.COVERED_APPLICATION, Rule.REVEALING_CODE})
# Keys within one source, by which a row without an A-Number column is joined to one that has it.
_LOCAL = ("receipt_number", "eoir_case_id")


def flagged_by_a_number(site: Site) -> set[tuple[str, str, str]]:
    """Rows that reveal an application themselves, or whose A-Number equals that of one that does.

    A row of a table without A-Numbers has the one of its case or receipt in the same source: the
    rival may join its own tables, as anybody would.
    """
    owners: dict[tuple[str, str], str] = {}
    rows: list[tuple[tuple[str, str, str], str | None, tuple[str, str] | None, bool]] = []
    for source, dataset, row, people, reveals in _rows(site):
        numbers = [canonical("a_number", row.get(columns.get("a_number", "")) or "") for columns in people]
        number = next(filter(None, numbers), None)
        local = next(
            (
                (f"{source}/{kind}", row[columns[kind]])
                for columns in people
                for kind in _LOCAL
                if kind in columns and row.get(columns[kind])
            ),
            None,
        )
        if number and local:
            owners[local] = number
        rows.append(((source, dataset, row[KEY]), number, local, reveals))

    def number_of(number: str | None, local: tuple[str, str] | None) -> str | None:
        return number or (owners.get(local) if local else None)

    listed = {number_of(number, local) for _, number, local, reveals in rows if reveals} - {None}
    return {row for row, number, local, reveals in rows if reveals or number_of(number, local) in listed}


def _rows(site: Site) -> Iterator[tuple[str, str, Mapping[str, Any], list[Mapping[str, str]], bool]]:
    """(source, dataset, row, columns of whom it is about, whether it reveals an application)."""
    import pyarrow.parquet as pq

    for receipt in list_receipts(site.home):
        for name, parts in receipt.parts.items():
            dataset = site.project.contracts[receipt.source].datasets[name]
            reader = RowReader(dataset, site.project, frozenset(), learned=datetime.now(UTC).date())
            own = [columns for role, columns in dataset.people.items() if role == dataset.about]
            for part in parts:
                for row in pq.read_table(site.home.root / part.path).to_pylist():
                    reveals = any(finding.rule in _REVEALING for finding in reader.findings(row, None))
                    yield receipt.source, name, row, own, reveals
