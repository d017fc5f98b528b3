"""``shield1367 check``: what a person sees of the problems, and the schemas beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shield1367.cli.app import app
from tests.config.folders import copy_config


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of ``shield1367 check``."""
    result = CliRunner().invoke(app, ["check", *arguments])
    return result.exit_code, result.output


def test_what_is_shipped_is_in_order() -> None:
    code, output = run()
    assert code == 0
    assert "source enforcement: encounters" in output
    assert "recipient crcl-oversight: inside, membership marked" in output


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    code, output = run("--schemas", str(tmp_path / "out"), "--json")
    assert code == 0
    written = json.loads(output)["schemas"]
    assert sorted(map(str, (tmp_path / "out").iterdir())) == sorted(written)
    assert len(written) == 13


@pytest.mark.parametrize("json_option", [(), ("--json",)])
def test_problems_are_listed_and_nothing_is_written(tmp_path: Path, json_option: tuple[str, ...]) -> None:
    folder = copy_config(tmp_path)
    path = folder / "recipients" / "county-analytics.yaml"
    path.write_text(path.read_text().replace("narrative: withhold", "narrative: keep\n  shoe_size: drop"))
    code, output = run(str(folder), "--schemas", str(tmp_path / "out"), *json_option)
    assert code == 1
    for word in (
        "county-analytics.yaml",
        "treatments.narrative",
        "looser than the floor",
        "treatments.shoe_size",
    ):
        assert word in output
    assert not (tmp_path / "out").exists()


def test_who_is_what_on_the_desk_is_checked_with_everything_else(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    (folder / "desk.yaml").write_text("people:\n  t.lind: {roles: [analyst], recipients: [nobody-known]}\n")
    (folder / "notices.yaml").write_text("mails: [{to: [not an address]}]\n")
    code, output = run(str(folder))
    assert code == 1
    assert "people.t.lind.recipients" in output
    assert "there is no recipient 'nobody-known'" in output
    assert "mails.0.to.0" in output, "the problems of one file do not hide those of another"
    (folder / "notices.yaml").unlink()
    (folder / "desk.yaml").write_text("airflow_roles: {admin: [cleared_reviewer]}\nlook_ups: {most: 0}\n")
    code, output = run(str(folder))
    assert code == 1
    assert "cannot come from a role of Airflow" in output
    assert "look_ups.most" in output
