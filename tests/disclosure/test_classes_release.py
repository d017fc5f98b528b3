"""A release whose quasi-identifiers find nobody, from the plan to the dossier."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shield1367 import pipeline
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import ReleasePlan
from shield1367.pipeline import State
from shield1367.redaction.classes.search import UnreachableError
from shield1367.redaction.dealing import deal
from shield1367.redaction.partition import read_results
from shield1367.release.package import assemble
from shield1367.reporting.crowds import crowds
from shield1367.validation.validate import validate_release
from tests.config.folders import PROFILE, changed
from tests.config.signing import signed
from tests.protection.site import Desk, application, encounter

RISK = {"quasi_identifiers": ["date_of_birth", "gender", "country"], "telling": ["offense"], "l": 1}
COLUMNS = ("date_of_birth", "gender_code", "citizenship_country_descr")


def ask(desk: Desk, risk: dict[str, Any], **changes: Any) -> None:
    """Let the sample recipient ask for crowds."""
    content = changed(PROFILE, {"risk": risk, "treatments": {"country": "keep", "offense": "keep"}} | changes)
    profile = RecipientProfile.model_validate(content)
    desk.project = signed(replace(desk.project, recipients={"reader": profile}))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Sixty people in two partitions: years of birth all over, two countries."""
    made = Desk.at(tmp_path_factory.mktemp("crowds"))
    made.deliver("benefits", {"applications": [application(n) for n in range(1, 61)]})
    rows = [encounter(n, citizenship_country_descr=("MEXICO", "PERU")[n % 2], age="") for n in range(1, 61)]
    made.deliver("enforcement", {"encounters": rows[:30]})
    made.deliver("enforcement", {"encounters": rows[30:]}, batch="b2")
    made.judge()
    return made


def table_of(folder: Path) -> list[dict[str, Any]]:
    parts = sorted((folder / "data" / "enforcement.encounters").glob("*.parquet"))
    return pa.concat_tables([pq.read_table(part) for part in parts]).to_pylist()


def make(desk: Desk) -> Path:
    planned = pipeline.plan(desk.site, "reader")
    for index in planned.parts:
        pipeline.redact(desk.site, planned.work, index)
    deal(planned.work, desk.site.keys, ReleasePlan.read(planned.work))
    return planned.work


def test_everybody_is_among_eleven_and_the_dossier_says_how(judged: Desk) -> None:
    ask(judged, RISK)
    outcome = pipeline.export(judged.site, "reader")
    assert (outcome.state, outcome.reason) == (State.RELEASED, None)
    folder = Path(outcome.folder or "")
    rows = table_of(folder)
    people = defaultdict(set)
    for row in rows:
        people[tuple(row[name] for name in COLUMNS)].add(row["person"])
    assert len(rows) == 60
    assert min(map(len, people.values())) >= 11
    # Sixty years of birth are given up for two countries, the same for every row.
    assert {row["citizenship_country_descr"] for row in rows} == {"MEXICO", "PERU"}
    assert {row["date_of_birth"] for row in rows} == {None}
    dossier = (folder / "dossier.html").read_text()
    assert "Who could be found by combining columns" in dossier
    assert "At least 11 people share each combination" in dossier
    assert "k-anonymity: at least 11 people share" in (folder / "validation.html").read_text()
    assert "PERU" not in dossier


def test_the_plan_names_no_cell_and_the_work_folder_no_class(judged: Desk) -> None:
    ask(judged, RISK | {"k": 12})
    work = pipeline.plan(judged.site, "reader").work
    for path in work.glob("*.json"):
        assert not {"MEXICO", "PERU"} & set(path.read_text().split('"'))
    classes = ReleasePlan.read(work).classes
    assert classes is not None
    (table,) = classes.tables
    assert (table.rows, table.smallest >= 12, classes.k) == (60, True, 12)
    assert sum(table.sizes.values()) == table.classes


def test_a_file_with_somebody_alone_is_held(judged: Desk) -> None:
    ask(judged, RISK | {"k": 13})
    work = make(judged)
    package = assemble(work, judged.project.recipients["reader"])
    part = next((package / "data").rglob("*.parquet"))
    table = pq.read_table(part)
    place = table.column_names.index("citizenship_country_descr")
    cells = table["citizenship_country_descr"].to_pylist()
    cells[0] = "PERU" if cells[0] != "PERU" else "MEXICO"
    cells[1] = "TUVALU"
    pq.write_table(table.set_column(place, "citizenship_country_descr", pa.array(cells)), part)
    report = validate_release(
        package, ReleasePlan.read(work), read_results(work), fields=judged.project.fields
    )
    assert any("k-anonymity" in outcome.meaning for outcome in report.failures)


def test_what_is_too_rare_is_emptied_and_nothing_else_of_the_row(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path)
    rare = ["CHAD", "MALI", "FIJI", "TOGO", "PERU", "CUBA", "IRAN", "OMAN", "LAOS", "NEPAL", "GHANA"]
    countries = rare + ["MEXICO"] * 30 + ["HAITI"] * 20
    desk.deliver("benefits", {"applications": [application(n) for n in range(1, 62)]})
    rows = [encounter(n, citizenship_country_descr=country) for n, country in enumerate(countries, start=1)]
    desk.deliver("enforcement", {"encounters": rows[:25]})
    desk.deliver("enforcement", {"encounters": rows[25:]}, batch="b2")
    desk.judge()
    ask(desk, {"quasi_identifiers": ["country"], "suppress_at_most": 0.2})
    work = make(desk)
    released = table_of(assemble(work, desk.project.recipients["reader"]))
    found = Counter(row["citizenship_country_descr"] for row in released)
    assert found == {"MEXICO": 30, "HAITI": 20, None: 11}
    assert {row["gender_code"] for row in released} == {"F"}
    section = crowds(ReleasePlan.read(work).classes)
    assert section is not None
    assert "In 11 of 61 rows they are empty, being too rare." in section.tables[0].words


def test_the_levels_do_not_depend_on_who_is_protected(tmp_path: Path) -> None:
    chosen = []
    for number, victims in enumerate(((), range(1, 20))):
        desk = Desk.at(tmp_path / str(number))
        form = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}
        papers = [application(n, **(form if n in victims else {})) for n in range(1, 41)]
        desk.deliver("benefits", {"applications": papers})
        desk.deliver("enforcement", {"encounters": [encounter(n) for n in range(1, 41)]})
        desk.judge()
        ask(desk, RISK)
        chosen.append(ReleasePlan.read(pipeline.plan(desk.site, "reader").work).classes)
    assert chosen[0] == chosen[1]


def test_too_few_people_for_any_crowd_are_refused(judged: Desk) -> None:
    ask(judged, RISK | {"k": 61})
    with pytest.raises(UnreachableError, match="E509 no generalisation puts everybody among 61 people"):
        pipeline.plan(judged.site, "reader")
