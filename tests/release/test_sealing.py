"""A report is believed as its step wrote it, and not otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.keys import Keys
from shield1367.release.publish import PROOF, publish
from shield1367.release.sealing import BrokenSealError, require_sealed, seal
from tests.release.releases import Making

KEYS, OTHER = Keys(bytes(32)), Keys(bytes(31) + b"x")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    work = tmp_path / "county" / "r-1"
    work.mkdir(parents=True)
    path = work / "audit.json"
    path.write_text('{"findings": []}')
    seal(KEYS, path)
    return path


def test_what_was_sealed_holds(report: Path) -> None:
    require_sealed(KEYS, report)


@pytest.mark.parametrize("change", ['{"findings": [] }', "", '{"findings": []}\n'])
def test_an_edited_report_does_not(report: Path, change: str) -> None:
    report.write_text(change)
    with pytest.raises(BrokenSealError, match=r"audit\.json of release r-1"):
        require_sealed(KEYS, report)


@given(st.binary(max_size=80))
def test_no_seal_can_be_made_up(tmp_path_factory: pytest.TempPathFactory, made_up: bytes) -> None:
    report = tmp_path_factory.mktemp("r") / "audit.json"
    report.write_text("{}")
    report.with_name("audit.json.seal").write_bytes(made_up)
    with pytest.raises(BrokenSealError):
        require_sealed(KEYS, report)


def test_a_seal_is_of_one_report_one_release_and_one_key(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "county" / "r-2"
    other.mkdir()
    for target in (other / "audit.json", report.with_name("recall.json")):
        target.write_bytes(report.read_bytes())
        target.with_name(target.name + ".seal").write_bytes(report.with_name("audit.json.seal").read_bytes())
        with pytest.raises(BrokenSealError):
            require_sealed(KEYS, target)
    with pytest.raises(BrokenSealError):
        require_sealed(OTHER, report)


def test_a_missing_seal_is_a_broken_one(report: Path) -> None:
    report.with_name("audit.json.seal").unlink()
    with pytest.raises(BrokenSealError):
        require_sealed(KEYS, report)


def test_an_edited_proof_is_refused_and_nothing_goes_out(planned: Making) -> None:
    making = planned.redact().prove("audit: a_number in data/x.csv")
    proof = making.work / PROOF
    proof.write_text(proof.read_text().replace('"audit: a_number in data/x.csv"', ""))
    with pytest.raises(BrokenSealError):
        publish(making.home, making.desk.keys, making.work, making.profile)
    assert not making.released.exists()
    assert making.package.exists()
