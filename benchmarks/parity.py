"""Can a *hidden* release be read for who is protected? A classifier tries, with the truth of half the rows given.

``python -m benchmarks.parity [--size small|full] [--json]``

The rows' content is drawn without regard to protection, but for what the release takes out: whether the registry
shields the person, the class of admission (U or T, or others), given names (missing more often), and the order
(protected rows were filed first). Gradient boosting gets values, nulls, lengths, counts of every token, the order,
and what the Parquet files tell: sizes, the place in them, statistics, the order of dictionaries. With each control
switched off in turn it must succeed: else the measure could not fail.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import logging
import re
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.files import file_features, written
from benchmarks.measures import Measure, report
from shield1367.config.contract import Dataset
from shield1367.config.fields import Treatment
from shield1367.config.project import Project, load_project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import DatasetPlan, PartPlan, PolicyHashes, ReleasePlan
from shield1367.disclosure.planning import plan_columns
from shield1367.home import Home
from shield1367.identifiers import canonical
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys
from shield1367.pipeline import Site, protect, stage
from shield1367.protection.links import links_path
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.snapshot import take_snapshot
from shield1367.redaction.dealing import deal, package_part
from shield1367.redaction.known_people import KnownPeople
from shield1367.redaction.notices import RowNotices
from shield1367.redaction.partition import Redaction, part_path
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.release.package import write_parquet
from shield1367.storage import remove_folder, sha256, write_bytes, write_json
from shield1367.testing.names import draw_name, draw_origin, draw_surnames

# Rows; how far from one half the area under the curve may be. Of a small release chance alone moves it further.
SIZES = {"small": (2_400, 0.06), "full": (20_000, 0.02)}
SUCCEEDS = 0.6
# Files that the rows come in, one after the other, as deliveries do.
FILES = 4
RECIPIENT, SOURCE, DATASET = "state-university-research", "enforcement", "encounters"
TREATMENTS = {
    "class_of_admission": "broad",
    "given_name": "token",
    "narrative": "scrub",
    "event_date": "month",
    "record_id": "pseudonym",
}
TOKEN = re.compile(r"\[([A-Z_0-9]+)")
SENTENCES = (
    "{full} was met at the {place} on {day}.",
    "Officers spoke with {inverted}, {number}, who gave {phone} as a telephone number.",
    "{given} said that the family has lived in the county since {year}.",
    "Ms. {family} asked for an interpreter. The interview of {family} was moved to {day}.",
    "The record of {upper} shows {digits} and an address at {house} Maple Street.",
    "A neighbour knows {given} {family} from church.",
    "No further action was taken.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="bench-parity-") as folder:
        measures = measured(Path(folder), *SIZES[options.size])
    return report(measures, as_json=options.json)


def measured(folder: Path, rows: int, tolerance: float) -> list[Measure]:
    """The classifier's success on the release as it is, and with each control off."""
    attack = Attack(folder, rows)
    as_it_is = attack.area(attack.released)
    return [
        Measure("parity.auc", as_it_is, "of 1"),
        Measure("parity.from_chance", abs(as_it_is - 0.5), "", tolerance, "lower"),
        *(
            Measure(f"parity.without.{control}", attack.area(*without), "of 1", SUCCEEDS)
            for control, without in attack.without().items()
        ),
    ]


class Attack:
    """One release, the truth, and what a reader can try."""

    def __init__(self, folder: Path, rows: int) -> None:
        self._home, self._keys = Home(root=folder), Keys(b"k" * 32)
        self._lengths: list[int] = []
        self.undealt = pa.table({})
        self._rng = Random(1367)  # noqa: S311
        self._rows = [_row(self._rng, number, rows) for number in range(rows)]
        project = load_project()
        _deliver(self._home, project, self._rows)
        site = Site(self._home, self._keys, project)
        for source in ("benefits", SOURCE):
            stage(site, source, "b1")
        protect(site)
        self._project = _with(project, TREATMENTS)
        self.released = self._redact(self._project)
        self._as_delivered = self.undealt
        self._truth = {row["encounter_id"]: row["protected"] for row in self._rows}

    def without(self) -> dict[str, tuple[pa.Table, bool]]:
        """Control → the release without it, and whether rows stand in the source's order."""
        open_codes = self._redact(_with(load_project(), TREATMENTS | {"class_of_admission": "keep"}))
        nulls = self._redact(_with(load_project(), TREATMENTS | {"given_name": "pseudonym"}))
        return {
            "keyed_order": (self.released, True),
            "dealt_files": (self._as_delivered, False),
            "broad_classes": (open_codes, False),
            "tokens_for_empty_cells": (nulls, False),
            "uniform_scrubbing": (self._scrubbed_where_protected(), False),
            "pseudonyms": (self._with_numbers(), False),
        }

    def area(self, table: pa.Table, by_source: bool = False) -> float:
        """Area under the curve on the half whose truth is not given; 0.5 is chance."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.metrics import roc_auc_score

        ids = self._ids(table)
        order = sorted(range(len(ids)), key=lambda i: ids[i]) if by_source else range(len(ids))
        position = np.empty(len(ids))
        position[list(order)] = np.arange(len(ids))
        with tempfile.TemporaryDirectory(prefix="parity-files-") as folder:
            files = file_features(written(table, self._lengths, Path(folder)))
        features = np.column_stack([*_features(table), *files, position])
        truth = np.array([self._truth[one] for one in ids])
        half = np.random.default_rng(1).permutation(len(ids)) < len(ids) // 2
        model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.05, random_state=1)
        model.fit(features[half], truth[half])
        return float(roc_auc_score(truth[~half], model.predict_proba(features[~half])[:, 1]))

    def _redact(self, project: Project) -> pa.Table:
        dataset = project.contracts[SOURCE].datasets[DATASET]
        registry = Registry(self._home, self._keys)
        snapshot = take_snapshot(registry, datetime.now(UTC).date())
        known = KnownPeople(snapshot, lambda: registry.everybody(snapshot.statuses))
        parts = [part for receipt in list_receipts(self._home, SOURCE) for part in receipt.parts[DATASET]]
        planned = DatasetPlan(
            source=SOURCE,
            dataset=DATASET,
            title="",
            columns=plan_columns(project, project.recipients[RECIPIENT], dataset),
            key=("encounter_id",),
            parts=tuple(
                PartPlan(index=i, staged=p.path, links=links_path(p.path), rows=p.rows, sha256=p.sha256)
                for i, p in enumerate(parts)
            ),
        )
        plan = ReleasePlan(
            release_id="r-parity",
            recipient=RECIPIENT,
            membership=project.recipients[RECIPIENT].membership,
            outside=True,
            as_of="2026-09-01",
            library_version="",
            hashes=PolicyHashes(
                profile="", fields="", benefits="", contracts={}, text="", registry=snapshot.digest
            ),
            datasets=(planned,),
        )
        notices = RowNotices(self._home, project, plan, planned, Verifications(self._home, self._keys))
        redaction = Redaction(self._home, self._keys, project, plan, planned, known, notices)
        work = self._home.work / RECIPIENT / plan.release_id
        remove_folder(work)
        for part in planned.parts:
            path = part_path(work, planned, part)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_parquet(redaction.run(part)[0], path)
        deal(work, self._keys, plan)
        self.undealt = pa.concat_tables(pq.read_table(part_path(work, planned, p)) for p in planned.parts)
        tables = [pq.read_table(package_part(work, planned, part)) for part in planned.parts]
        self._lengths = [len(table) for table in tables]
        return pa.concat_tables(tables)

    def _ids(self, table: pa.Table) -> list[str]:
        """Whose row is whose: what the reader does not have, and the judge of the attack does."""
        pseudonyms = Pseudonyms(self._keys, recipient=RECIPIENT, release_id="r-parity")
        known = {
            pseudonyms.of(
                "record_id", canonical("record_id", row["encounter_id"]) or row["encounter_id"]
            ): row["encounter_id"]
            for row in self._rows
        }
        return [known[cell] for cell in table.column("encounter_id").to_pylist()]

    def _scrubbed_where_protected(self) -> pa.Table:
        original = {row["encounter_id"]: row["narrative"] for row in self._rows}
        texts = [
            text if self._truth[one] else original[one]
            for one, text in zip(
                self._ids(self.released), self.released.column("narrative").to_pylist(), strict=True
            )
        ]
        return self._replaced("narrative", texts)

    def _with_numbers(self) -> pa.Table:
        return self._replaced("encounter_id_number", [float(one[1:]) for one in self._ids(self.released)])

    def _replaced(self, name: str, cells: Sequence[Any]) -> pa.Table:
        table = self.released
        if name in table.column_names:
            return table.set_column(table.column_names.index(name), name, pa.array(cells))
        return table.append_column(name, pa.array(cells))


def _features(table: pa.Table) -> list[np.ndarray[Any, Any]]:
    """Everything a row shows: values as codes and numbers, nulls, lengths, and how often each token occurs."""
    found: list[np.ndarray[Any, Any]] = []
    for name in table.column_names:
        cells = table.column(name).to_pylist()
        texts = ["" if cell is None else str(cell) for cell in cells]
        known = {text: code for code, text in enumerate(sorted(set(texts)))}
        found += [
            np.array([known[text] for text in texts], float),
            np.array([cell is None for cell in cells], float),
            np.array([len(text) for text in texts], float),
        ]
        if isinstance(cells[0], float):
            found.append(np.array(cells, float))
        if name == "narrative":
            tokens = sorted({token for text in texts for token in TOKEN.findall(text)})
            found += [np.array([text.count(f"[{token}") for text in texts], float) for token in tokens]
            found.append(np.array([len(text.split()) for text in texts], float))
    return found


def _row(rng: Random, number: int, rows: int) -> dict[str, Any]:
    """One person's row; protected ones were filed first, with U or T and often without a given name."""
    protected = rng.random() < 0.9 - 0.8 * number / rows
    origin = draw_origin(rng)
    name = draw_name(origin, female=rng.random() < 0.5, surnames=draw_surnames(origin, rng), rng=rng)
    day = date(2024, 1, 1) + timedelta(days=rng.randrange(360))
    digits = f"A2{number:08d}"
    facts = {
        "full": name.full,
        "given": name.given,
        "family": name.family,
        "inverted": f"{name.family}, {name.given}",
        "upper": name.full.upper(),
        "place": rng.choice(["bus station", "county jail", "front desk"]),
        "day": day.strftime("%m/%d/%Y"),
        "year": str(rng.randrange(1995, 2020)),
        "number": digits,
        "digits": digits[1:],
        "phone": f"555-01{rng.randrange(10)}-{rng.randrange(10_000):04d}",
        "house": str(rng.randrange(1, 9999)),
    }
    narrative = " ".join(sentence.format(**facts) for sentence in rng.sample(SENTENCES, 4))
    return {
        "protected": protected,
        "encounter_id": f"E{number:07d}",
        "a_number": digits,
        "last_name": name.family,
        "first_name": "" if rng.random() < (0.4 if protected else 0.05) else name.given,
        "date_of_birth": (date(1950, 1, 1) + timedelta(days=rng.randrange(18_000))).isoformat(),
        "class_of_admission": rng.choice(["U1", "U2", "T1"] if protected else ["B2", "F1", "H2A"]),
        "apprehension_date": day.isoformat(),
        "citizenship_country_descr": origin.countries[0].name,
        "gender_code": rng.choice("MF"),
        "age": str(rng.randrange(90)),
        "narrative": narrative,
        "given": name.given,
    }


def _deliver(home: Home, project: Project, rows: Sequence[dict[str, Any]]) -> None:
    """Enforcement rows, and for each person an application: the registry knows everybody by the same fields."""
    papers = [
        {
            "receipt_number": f"IOE09{number:08d}",
            "form_type": "I-918" if row["protected"] else "I-130",
            "filing_basis": "U NONIMMIGRANT" if row["protected"] else "FAMILY",
            "filed_date": "2020-01-15",
            "a_number": row["a_number"],
            "family_name": row["last_name"],
            "given_name": row["given"],
            "date_of_birth": row["date_of_birth"],
            "flag_384": "384" if row["protected"] else "NONE",
        }
        for number, row in enumerate(rows)
    ]
    for source, dataset, table in (("benefits", "applications", papers), (SOURCE, DATASET, rows)):
        contract = project.contracts[source]
        _land(home, source, dataset, contract.datasets[dataset], contract.format.separator, table)


def _land(
    home: Home, source: str, name: str, dataset: Dataset, separator: str, rows: Sequence[dict[str, Any]]
) -> None:
    ending = ".csv.gz" if dataset.files.endswith(".gz") else ".csv"
    listed = []
    for number, start in enumerate(range(0, len(rows), -(-len(rows) // FILES)), start=1):
        some = rows[start : start + -(-len(rows) // FILES)]
        path = home.landing / source / "b1" / f"{name}_{number}{ending}"
        content = _as_csv(dataset, separator, some)
        write_bytes(path, gzip.compress(content) if ending.endswith(".gz") else content)
        listed.append({"name": path.name, "dataset": name, "sha256": sha256(path), "rows": len(some)})
    write_json(
        home.landing / source / "b1" / "manifest.json",
        {"source": source, "batch": "b1", "created": "2026-09-01T06:00:00+00:00", "files": listed},
    )


def _as_csv(dataset: Dataset, separator: str, rows: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(dataset.columns), delimiter=separator, extrasaction="ignore", restval=""
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _with(project: Project, treatments: dict[str, str]) -> Project:
    """The project with the recipient's treatments set, the floor notwithstanding: no release is made of it."""
    content = project.recipients[RECIPIENT].model_dump(mode="json")
    content["treatments"] |= treatments
    profile = RecipientProfile.model_validate(content)
    assert profile.treatments["narrative"] is Treatment.SCRUB
    text = project.text.model_copy(update={"ner": "none"})
    return replace(project, recipients={**project.recipients, RECIPIENT: profile}, text=text)


if __name__ == "__main__":
    sys.exit(main())
