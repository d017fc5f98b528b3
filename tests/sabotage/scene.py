"""One release on its way, one fault put into it, and the names of the checks that caught it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.errors import Shield1367Error
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.release.package import PACKAGE
from shield1367.release.publish import ReleaseHeldError
from shield1367.storage import read_json, write_json
from shield1367.testing.truth import TruePerson, read_people
from shield1367.validation.outcomes import Severity, ValidationReport
from tests.config.signing import sign_folder

UNIVERSITY, COUNTY, INSIDE = "state-university-research", "county-analytics", "crcl-oversight"
# Fewer tables than the shipped profiles have: the same checks, in a third of the time.
DATASETS = {
    UNIVERSITY: "[detention.roster]",
    COUNTY: "[detention.roster, court.cases]",
    INSIDE: "[enforcement.encounters]",
}
NARRATIVE = "Comments"
UNHELD = "completeness: every column is held by an expectation"
CANARY_CHECKS = {
    "have no canary": "canary: every batch has its canaries",
    "were not redacted": "canary: every canary is redacted",
    "were not treated": "canary: canaries are treated as the protected are",
    "got through": "canary: no canary gets through",
    "a trace in": "canary: no trace of a canary is anywhere",
}
ROSTER, CASES, ENCOUNTERS = "detention.roster", "court.cases", "enforcement.encounters"


class After(StrEnum):
    """What is done when the fault is put in; everything behind it is run again."""

    NOTHING = "nothing"
    PLANNED = "planned"
    REDACTED = "redacted"
    CHECKED = "checked"


@dataclass
class Scene:
    """The folders, the configuration and the code that a fault may change."""

    site: Site
    recipient: str
    config: Path
    patch: pytest.MonkeyPatch = field(default_factory=pytest.MonkeyPatch)

    @property
    def home(self) -> Home:
        return self.site.home

    @property
    def work(self) -> Path:
        (folder,) = (self.home.work / self.recipient).iterdir()
        return folder

    @property
    def package(self) -> Path:
        return self.work / PACKAGE

    @property
    def plan(self) -> ReleasePlan:
        return ReleasePlan.read(self.work)

    @property
    def victim(self) -> TruePerson:
        """Somebody protected whom the rows tell of."""
        people = read_people(self.home.root / "truth")
        return next(p for p in people if p.status == "PROTECTED" and "a_number" in p.identifiers)

    def data(self, dataset: str) -> Path:
        """The only data file of a table in the package."""
        (file,) = (self.package / "data" / dataset).iterdir()
        return file

    def rewrite(self, dataset: str, change: Callable[[pa.Table], pa.Table]) -> None:
        """Change what redaction wrote of a table."""
        (file,) = (self.work / "parts" / dataset).glob("*.parquet")
        pq.write_table(change(pq.read_table(file)), file)

    def set_cells(self, dataset: str, column: str, *values: object) -> None:
        """Put *values* into the first rows of a column, which becomes text when they are no whole numbers."""

        def change(table: pa.Table) -> pa.Table:
            cells = [*values, *table[column].to_pylist()[len(values) :]][: len(table)]
            kind = table.schema.field(column).type
            if any(isinstance(value, str) for value in values) and not pa.types.is_string(kind):
                cells, kind = [None if cell is None else str(cell) for cell in cells], pa.string()
            return table.set_column(table.column_names.index(column), column, pa.array(cells, kind))

        self.rewrite(dataset, change)

    def add_text(self, sentence: str) -> None:
        """Write *sentence* behind the first narrative of the university's release."""

        def change(table: pa.Table) -> pa.Table:
            cells = table[NARRATIVE].to_pylist()
            cells[0] = f"{cells[0] or 'Arrived.'} {sentence}"
            column = pa.array(cells, pa.string())
            return table.set_column(table.column_names.index(NARRATIVE), NARRATIVE, column)

        self.rewrite(ROSTER, change)

    def report(self, dataset: str, **counts: int) -> None:
        """Change what redaction says it did to a table."""
        (file,) = (self.work / "parts" / dataset).glob("*.json")
        write_json(file, read_json(file) | counts)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a line of the configuration, and read it again."""
        path = self.config / name
        assert old in path.read_text(), f"{name} has no such line"
        path.write_text(path.read_text().replace(old, new, 1))
        self.reload()

    def reload(self) -> None:
        """Read the configuration again."""
        self.site = replace(self.site, project=load_project(self.config))

    def go_on(self, after: After) -> Path:
        """Everything behind *after*, up to the publication."""
        if after is After.NOTHING:
            pipeline.plan(self.site, self.recipient)
        if after in (After.NOTHING, After.PLANNED):
            for _, part in (*self.plan.parts(), *self.plan.canaries()):
                pipeline.redact(self.site, self.work, part.index)
        if after is not After.CHECKED:
            for step in (pipeline.validate, pipeline.audit, pipeline.document):
                step(self.site, self.work)
        return pipeline.release(self.site, self.work)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing gone wrong.

    Attributes:
        part: what it is put into: redactor, contract, profile, files, ledger …
        check: name of the check that has to catch it; others may as well.
        escapes: nothing catches it yet. Its test says so as soon as something does.
    """

    name: str
    part: str
    recipient: str
    after: After
    check: str
    put_in: Callable[[Scene], None]
    escapes: bool = False


class Bench:
    """Releases prepared up to each stage, so that a fault costs only what comes behind it."""

    def __init__(self, finished: Path, folder: Path) -> None:
        self._folder = folder
        self.inventory: set[str] = set()
        config = folder / "config"
        shutil.copytree(DEFAULT_CONFIG, config)
        for recipient, datasets in DATASETS.items():
            profile = config / "recipients" / f"{recipient}.yaml"
            text = re.sub(r"datasets: \[.*\]", f"datasets: {datasets}", profile.read_text())
            # Too few people for classes of eleven; whoever puts a fault into classes asks for them.
            profile.write_text(re.sub(r"^risk:\n(?:  .*\n)+", "", text, flags=re.MULTILINE))
        sign_folder(config)
        shutil.copytree(finished, folder / "start")
        for made in ("released", "plans", "work", "ledger"):
            shutil.rmtree(folder / "start" / made, ignore_errors=True)

    def scene(self, recipient: str, after: After, folder: Path) -> Scene:
        """A release of its own, done up to *after*."""
        shutil.copytree(self._prepared(recipient, after), folder / "home")
        shutil.copytree(self._folder / "config", folder / "config")
        return _scene(folder / "home", recipient, folder / "config")

    def caught_by(self, fault: Fault, folder: Path) -> frozenset[str]:
        """The names of all checks that hold the release because of *fault*; none when it went out."""
        scene = self.scene(fault.recipient, fault.after, folder)
        try:
            fault.put_in(scene)
            scene.go_on(fault.after)
        except ReleaseHeldError:
            (held,) = (scene.home.held / fault.recipient).iterdir()
            caught = frozenset(checks_in(held))
        except Shield1367Error as error:
            caught = frozenset({f"{error.code} {type(error).__name__}"})
        else:
            return frozenset()
        finally:
            scene.patch.undo()
        published = scene.home.released / fault.recipient
        assert not published.exists() or not list(published.iterdir())
        return caught

    def prepare(self, recipient: str, after: After) -> None:
        """Do a release up to *after*, so that whoever asks for a scene of it finds it done."""
        self._prepared(recipient, after)

    def _prepared(self, recipient: str, after: After) -> Path:
        root = self._folder / f"{recipient}-{after}"
        if root.exists():
            return root
        if after is After.NOTHING:
            return self._folder / "start"
        before = list(After)[list(After).index(after) - 1]
        shutil.copytree(self._prepared(recipient, before), root)
        scene = _scene(root, recipient, self._folder / "config")
        if after is After.PLANNED:
            pipeline.plan(scene.site, recipient)
        elif after is After.REDACTED:
            for _, part in (*scene.plan.parts(), *scene.plan.canaries()):
                pipeline.redact(scene.site, scene.work, part.index)
        else:
            for step in (pipeline.validate, pipeline.audit, pipeline.document):
                assert step(scene.site, scene.work), f"a clean release does not pass {step.__name__}"
            outcomes = ValidationReport.read(scene.work).outcomes
            self.inventory |= {
                f"expectation: {name_of(o.meaning, o.column)}"
                for o in outcomes
                if o.severity is Severity.CRITICAL
            }
        return root


def _scene(root: Path, recipient: str, config: Path) -> Scene:
    home = Home(root=root)
    return Scene(Site(home, Keys.load(home), load_project(config)), recipient, config)


def checks_in(held: Path) -> Iterator[str]:
    """The names of the checks that a held release did not pass."""
    for outcome in ValidationReport.read(held).failures:
        if outcome.blocks and outcome.severity is Severity.CRITICAL:
            yield f"expectation: {name_of(outcome.meaning, outcome.column)}"
    for finding in json.loads((held / "audit.json").read_text())["findings"]:
        yield f"audit: {finding['kind']}"
    for failure in read_json(held / "held.json")["failures"]:
        if failure.startswith("recall: "):
            yield "recall: planted identifiers are masked"
        elif failure.startswith("completeness: "):
            yield "completeness: every expectation is answered" if "missing" in failure else UNHELD
        elif failure.startswith("gate: "):
            yield failure
        elif failure.startswith("canary: "):
            yield next(name for words, name in CANARY_CHECKS.items() if words in failure)
        elif failure.startswith("audit: "):
            yield failure.split(" in ")[0]


def name_of(meaning: str, column: str | None) -> str:
    """What an expectation says, without the column and the form that it says it of."""
    if column is not None:
        meaning = re.sub(rf"(?<!\w){re.escape(column)}(?!\w)", "a column", meaning, count=1)
    meaning = re.sub(r"^(Treated: every filled cell of) .*", r"\1 a column has its planned form.", meaning)
    return re.sub(r"^.* is stored as .*", "A column is stored as planned.", meaning)
