from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.config.fields import load_fields
from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.project import load_project, recipient_names, source_names
from tests.config.authorities import authority_of
from tests.config.folders import copy_config, problems_of, written


def edit(path: Path, old: str, new: str) -> None:
    """Replace text in a file that must hold it."""
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))


def test_everything_that_is_shipped_holds() -> None:
    project = load_project()
    assert (
        sorted(project.contracts)
        == source_names()
        == sorted(p.stem for p in (DEFAULT_CONFIG / "sources").iterdir())
    )
    assert sorted(project.recipients) == recipient_names()
    assert len(project.recipients) == 3
    assert {path.suffix for path in DEFAULT_CONFIG.rglob("*") if path.is_file()} == {".yaml", ".sig"}


def test_the_problems_of_all_files_come_together(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    edit(folder / "benefits.yaml", "owner: compliance", "owners: compliance")
    edit(folder / "text.yaml", "version:", "versions:")
    edit(folder / "indicators.yaml", "reviewed:", "viewed:")
    edit(folder / "linkage.yaml", "years_off:", "months_off:")
    edit(folder / "sources" / "court.yaml", "origin_agency: doj", "origin_agency: dod")
    edit(folder / "recipients" / "county-analytics.yaml", "membership: withheld", "membership: open")
    problems = problems_of(lambda: load_project(folder))
    assert set(problems) == {
        "owner",
        "owners",
        "version",
        "versions",
        "reviewed",
        "viewed",
        "years_off",
        "months_off",
        "origin_agency",
        "membership",
    }


def test_a_broken_contract_does_not_make_its_datasets_look_unknown(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    edit(folder / "sources" / "enforcement.yaml", "origin_agency: dhs", "origin_agency: dod")
    assert set(problems_of(lambda: load_project(folder))) == {"origin_agency"}


def test_whoever_does_not_need_a_broken_file_is_not_stopped_by_it(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    edit(folder / "sources" / "court.yaml", "origin_agency: doj", "origin_agency: dod")
    project = load_project(folder, sources=["enforcement"], recipients=[])
    assert set(project.contracts) == {"enforcement"}
    assert project.recipients == {}


def test_a_source_that_does_not_exist_is_named(tmp_path: Path) -> None:
    problems = problems_of(lambda: load_project(copy_config(tmp_path), sources=["zoo"], recipients=[]))
    assert problems == {"": ["cannot be read: No such file or directory"]}


def test_a_kind_whose_code_table_does_not_exist_is_refused(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    edit(folder / "fields.yaml", "trigger: forms", "trigger: form_numbers")
    problems = problems_of(lambda: load_project(folder))
    assert set(problems) == {"kinds.form_type.trigger"}
    assert "names code table 'form_numbers'" in problems["kinds.form_type.trigger"][0]
    assert "filing_bases" in problems["kinds.form_type.trigger"][0]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("category: contact", "category: contacts", "kinds.phone.category"),
        ("parser: identifier", "parser: id", "kinds.record_id.parser"),
        ("outside: pseudonym", "outside: hash", "kinds.record_id.outside"),
        ("identity: strong", "identity: sure", "kinds.a_number.identity"),
        ("valid: postal_code", "valid: zip", "kinds.postal_code.valid"),
    ],
)
def test_a_fault_of_a_field_kind_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = copy_config(tmp_path)
    edit(folder / "fields.yaml", old, new)
    problems = problems_of(lambda: load_fields(folder))
    assert set(problems) == {key}
    assert "Input should be" in problems[key][0]


def test_an_empty_folder_names_what_is_missing(tmp_path: Path) -> None:
    problems = problems_of(lambda: load_project(tmp_path))
    assert problems == {"": ["cannot be read: No such file or directory"] * 6}


def test_an_authority_for_an_unknown_dataset_is_refused_though_nobody_cites_it(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    judge = authority_of("b1") | {"datasets": ["enforcement.encounters", "zoo.pets"]}
    written(folder / "authorities.yaml", {"authorities": {"judge": judge}})
    problems = problems_of(lambda: load_project(folder))
    assert set(problems) == {"authorities.judge.datasets"}
    assert "§ 1367(b)(1): unknown dataset 'zoo.pets'; known: benefits.applications," in "".join(
        problems["authorities.judge.datasets"]
    )
    # Whoever reads one contract only cannot know.
    assert load_project(folder, sources=[], recipients=[]).authorities.authorities
