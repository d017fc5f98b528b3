"""A home with hand-written exports: rows as dictionaries in, staged and judged data out."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from shield1367.config.project import Project, load_project
from shield1367.home import Home
from shield1367.identifiers import canonical
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.keys import Keys
from shield1367.pipeline import Site, stage
from shield1367.protection.evaluate import EvaluationResult, evaluate
from shield1367.protection.registry.store import Registry
from shield1367.protection.rules import Rule
from shield1367.protection.snapshot import Snapshot, take_snapshot
from shield1367.protection.status import Status
from shield1367.storage import sha256, write_bytes, write_json

PROJECT = load_project()
DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
_ENDINGS = {"csv": ".csv", "tsv": ".csv", "pipe": ".csv.gz"}

Cells = Mapping[str, str]


@dataclass
class Desk:
    """One home; the tables of the project may be exchanged."""

    home: Home
    keys: Keys
    project: Project = PROJECT

    @classmethod
    def at(cls, folder: Path, project: Project = PROJECT) -> Desk:
        return cls(Home(root=folder), Keys(b"k" * 32), project)

    @property
    def site(self) -> Site:
        return Site(self.home, self.keys, self.project)

    @property
    def registry(self) -> Registry:
        return Registry(self.home, self.keys)

    def deliver(
        self, source: str, rows: Mapping[str, Sequence[Cells]], *, batch: str = "b1", without: str = ""
    ) -> None:
        """Land and stage one batch; cells that a row does not give are empty.

        Args:
            rows: dataset → rows.
            without: a column that the files of this batch do not have.
        """
        contract = self.project.contracts[source]
        listed = []
        for dataset, cells in rows.items():
            names = [name for name in contract.datasets[dataset].columns if name != without]
            lines = [names, *([row.get(name, "") for name in names] for row in cells)]
            text = "".join(contract.format.separator.join(line) + "\r\n" for line in lines)
            path = self.home.landing / source / batch / f"{dataset}_1{_ENDINGS[contract.format.type]}"
            write_bytes(path, gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
            listed.append({"name": path.name, "dataset": dataset, "sha256": sha256(path), "rows": len(cells)})
        write_json(
            self.home.landing / source / batch / "manifest.json",
            {"source": source, "batch": batch, "created": "2026-09-01T06:00:00+00:00", "files": listed},
        )
        stage(self.site, source, batch)

    def judge(self, *, now: datetime = NOW) -> EvaluationResult:
        return evaluate(self.home, self.keys, self.project, now=now)

    def snapshot(self, day: date = DAY) -> Snapshot:
        return take_snapshot(self.registry, day)

    def person(self, a_number: str) -> str:
        """Root id of whoever an A-Number belongs to."""
        fingerprint = self.keys.fingerprint(IDENTIFIER_PURPOSE).of(
            "a_number", canonical("a_number", a_number) or ""
        )
        person = self.registry.person_of(fingerprint)
        assert person is not None
        return person

    def status(self, a_number: str, day: date = DAY) -> Status:
        return self.snapshot(day).status_of(self.person(a_number))

    def rules(self, a_number: str) -> set[Rule]:
        """The rules behind the answer for somebody."""
        return {p.rule for p in self.registry.protections()[self.person(a_number)]}


def application(number: int, **cells: str) -> dict[str, str]:
    """A harmless application of person *number*, whose cells differ from everybody else's."""
    return {
        "receipt_number": f"IOE09{number:08d}",
        "form_type": "I-130",
        "filing_basis": "FAMILY",
        "filed_date": "2020-01-15",
        "a_number": a_number(number),
        "family_name": f"Qx{_letters(number)}son",
        "given_name": f"Vy{_letters(number)}ra",
        "date_of_birth": f"19{number % 60 + 30:02d}-{number % 12 + 1:02d}-{number % 16 + 13:02d}",
        "flag_384": "NONE",
    } | cells


def encounter(number: int, **cells: str) -> dict[str, str]:
    """A harmless encounter of the same person *number*."""
    paper = application(number)
    return {
        "encounter_id": f"E{number:06d}",
        "a_number": paper["a_number"],
        "last_name": paper["family_name"],
        "first_name": paper["given_name"],
        "date_of_birth": paper["date_of_birth"],
        "class_of_admission": "B2",
        "entry_admission_class_descr": "VISITOR FOR PLEASURE",
        "narrative": "The subject was served with Form I-862.",
        "citizenship_country_descr": "MEXICO",
        "apprehension_date": "2025-03-04",
        "age": "34",
        "gender_code": "F",
    } | cells


def a_number(number: int) -> str:
    """Nine digits that are no placeholder, the same for the same person."""
    return f"A2{number:08d}"


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:03d}")
