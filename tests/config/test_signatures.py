"""Signatures: whose count, over what, and how many; nothing that is changed or taken elsewhere holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.approvers import Approvers, load_approvers
from shield1367.config.project import load_project
from shield1367.config.recipient import RecipientProfile
from shield1367.config.signatures import (
    FLOOR,
    Seals,
    SignatureFile,
    UnsignedPolicyError,
    load_seals,
    read_signatures,
    subject_of,
    write_signatures,
)
from shield1367.config.signing import (
    SigningError,
    new_key,
    public_key_of,
    read_private_key,
    sign,
    sign_examples,
)
from shield1367.errors import ConfigError
from tests.config.folders import copy_config, problems_of
from tests.config.signing import APPROVERS, DAY, KEYS, contents_of, seals_over, sign_folder

SUBJECT, CONTENT = subject_of("reader"), "ab" * 32
PROJECT = load_project()


def holds(seals: Seals, *, needed: int = 1, content: str = CONTENT, on: date = DAY) -> bool:
    return seals.verdict(SUBJECT, content, needed=needed, on=on).holds


def with_signature(seals: Seals, **changes: str) -> Seals:
    (signature, *rest) = seals.files[SUBJECT].signatures
    file = SignatureFile(subject=SUBJECT, signatures=(signature.model_copy(update=changes), *rest))
    return replace(seals, files={SUBJECT: file})


def test_what_is_shipped_is_signed_by_examples_as_it_stands() -> None:
    """Red after a change of a shipped profile, of the floor, or of their models: `shield1367 policy examples`."""
    for subject, content in contents_of(PROJECT).items():
        assert PROJECT.seals.verdict(subject, content, needed=2, on=DAY).holds, subject
    assert PROJECT.seals.approvers.are_examples


def test_one_signature_is_one_and_two_are_two() -> None:
    assert holds(seals_over({SUBJECT: CONTENT}, "ada"))
    assert not holds(seals_over({SUBJECT: CONTENT}, "ada"), needed=2)
    assert not holds(seals_over({SUBJECT: CONTENT}, "ada", "ada"), needed=2)
    assert holds(seals_over({SUBJECT: CONTENT}, "ada", "bo"), needed=2)
    assert not holds(Seals(APPROVERS))
    assert not holds(replace(seals_over({SUBJECT: CONTENT}, "ada"), approvers=Approvers()))


@pytest.mark.parametrize("field", ["approver", "content", "signed", "signature"])
def test_a_signature_is_of_all_it_says(field: str) -> None:
    value = {"approver": "bo", "content": "cd" * 32, "signed": "2026-09-02", "signature": "QUFB"}[field]
    changed = with_signature(seals_over({SUBJECT: CONTENT}, "ada"), **{field: value})
    assert not holds(changed)
    assert not holds(changed, content="cd" * 32)


def test_a_signature_under_one_profile_is_none_under_another() -> None:
    other = seals_over({subject_of("writer"): CONTENT}, "ada").files[subject_of("writer")]
    moved = Seals(APPROVERS, {SUBJECT: other.model_copy(update={"subject": SUBJECT})})
    assert not holds(moved)


@given(content=st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda c: c != CONTENT))
def test_any_other_content_is_unsigned(content: str) -> None:
    assert not holds(seals_over({SUBJECT: CONTENT}, "ada", "bo"), content=content)


@given(text=st.binary(max_size=80))
def test_no_bytes_but_the_right_ones_verify(text: bytes) -> None:
    import base64

    seals = seals_over({SUBJECT: CONTENT}, "ada")
    changed = with_signature(seals, signature=base64.b64encode(text).decode())
    assert not holds(changed) or text == base64.b64decode(seals.files[SUBJECT].signatures[0].signature)


def test_who_left_counts_until_then() -> None:
    ada = APPROVERS.approvers["ada"].model_copy(update={"until": DAY})
    seals = replace(seals_over({SUBJECT: CONTENT}, "ada"), approvers=Approvers(approvers={"ada": ada}))
    assert holds(seals, on=DAY)
    assert not holds(seals, on=date(2026, 9, 2))


def test_examples_count_only_as_long_as_nobody_else_is_named(tmp_path: Path) -> None:
    folder = copy_config(tmp_path)
    project = load_project(folder)
    contents = contents_of(project)
    both = Approvers(approvers={**project.seals.approvers.approvers, **APPROVERS.approvers})
    seals = replace(project.seals, approvers=both)
    verdict = seals.verdict(FLOOR, contents[FLOOR], needed=1, on=DAY)
    assert not verdict.holds
    assert "is no approver whose signature counts" in verdict.faults[0]
    with pytest.raises(SigningError, match="names approvers"):
        sign_examples(folder, contents, both, on=DAY)


def test_the_refusal_says_what_is_missing_and_how_to_mend_it() -> None:
    with pytest.raises(UnsignedPolicyError) as refused:
        seals_over({SUBJECT: CONTENT}, "ada").require(SUBJECT, "cd" * 32, needed=2, on=DAY)
    assert "recipients/reader.yaml has 0 of 2 signatures" in refused.value.message
    assert "ada: signed other content; it has changed since" in refused.value.message
    assert "shield1367 policy sign recipients/reader --approver ID" in refused.value.mend
    with pytest.raises(UnsignedPolicyError, match="nobody has signed it"):
        Seals(APPROVERS).require(SUBJECT, CONTENT, needed=1, on=DAY)


def test_every_setting_of_a_profile_is_signed_and_no_comment_is(tmp_path: Path) -> None:
    folder = sign_folder(copy_config(tmp_path))
    path = folder / "recipients" / "county-analytics.yaml"
    path.write_text("# a remark\n" + path.read_text().replace("cron:", "cron:  "))
    project = load_project(folder)
    subject = subject_of("county-analytics")
    assert project.seals.verdict(subject, contents_of(project)[subject], needed=2, on=DAY).holds
    signed = project.recipients["county-analytics"]
    # What the hash is made from leaves no setting out, those of the library's defaults included.
    assert set(signed.model_dump(mode="json")) == set(RecipientProfile.model_fields)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("event_date: year", "event_date: drop"),
        ("membership: withheld", "membership: hidden"),
        ("version: 1", "version: 2"),
        ("days: 730", "days: 731"),
        ("county services", "county taxes"),
        ("  marital_status: keep\n", ""),
        ("schedule: {on: staged data}\n", "schedule: {on: staged data}\nstrictness: balanced\n"),
    ],
)
def test_a_changed_setting_undoes_the_signature(tmp_path: Path, old: str, new: str) -> None:
    folder = sign_folder(copy_config(tmp_path))
    path = folder / "recipients" / "county-analytics.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    project = load_project(folder, recipients=["county-analytics"])
    subject = subject_of("county-analytics")
    verdict = project.seals.verdict(subject, contents_of(project)[subject], needed=1, on=DAY)
    assert verdict.signed_by == ()


# signing


def test_a_key_is_made_once_for_its_owner_alone_and_signs(tmp_path: Path) -> None:
    file = tmp_path / "approver.pem"
    public = new_key(file)
    assert file.stat().st_mode & 0o077 == 0
    key = read_private_key(file)
    assert public_key_of(key) == public
    with pytest.raises(SigningError, match="exists"):
        new_key(file)


@pytest.mark.parametrize(
    "content", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused_without_quoting_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "k").write_text(content)
    monkeypatch.setenv("SHIELD1367_APPROVER_KEY", content)
    for path in (tmp_path / "k", None):
        with pytest.raises(SigningError, match="holds no Ed25519 private key") as refused:
            read_private_key(path)
        assert "AAAA" not in str(refused.value)


def test_signing_again_after_a_change_leaves_no_old_signature(tmp_path: Path) -> None:
    def add(name: str, content: str) -> None:
        sign(tmp_path, KEYS[name], APPROVERS, subject=SUBJECT, content=content, approver=name, on=DAY)

    add("ada", CONTENT)
    add("bo", CONTENT)
    seals = Seals(APPROVERS, {SUBJECT: read_signatures(tmp_path, SUBJECT)})
    assert holds(seals, needed=2)
    add("bo", "cd" * 32)
    seals = Seals(APPROVERS, {SUBJECT: read_signatures(tmp_path, SUBJECT)})
    assert seals.verdict(SUBJECT, "cd" * 32, needed=2, on=DAY).signed_by == ("bo",)
    assert len(seals.files[SUBJECT].signatures) == 1


def test_nobody_signs_for_somebody_else_nor_without_being_named(tmp_path: Path) -> None:
    for approver, message in (("ada", "not the private key of ada"), ("eve", "no approver")):
        with pytest.raises(SigningError, match=message):
            sign(tmp_path, KEYS["bo"], APPROVERS, subject=SUBJECT, content=CONTENT, approver=approver, on=DAY)
    assert list(tmp_path.iterdir()) == []


def test_two_names_with_one_key_are_one_approver(tmp_path: Path) -> None:
    ada = APPROVERS.approvers["ada"].model_dump(mode="json")
    (tmp_path / "approvers.yaml").write_text(json.dumps({"approvers": {"ada": ada, "eve": ada}}))
    assert "same public key" in "".join(problems_of(lambda: load_approvers(tmp_path))[""])
    (tmp_path / "approvers.yaml").write_text(
        json.dumps({"approvers": {"ada": {**ada, "public_key": "QUFB"}}})
    )
    assert "approvers.ada.public_key" in problems_of(lambda: load_approvers(tmp_path))


@pytest.mark.parametrize("content", ["nonsense", "[]", '{"subject": "recipients/other"}', '{"signed": 1}'])
def test_a_signature_file_that_does_not_hold_is_a_problem_of_its_own(tmp_path: Path, content: str) -> None:
    write_signatures(tmp_path, SignatureFile(subject=SUBJECT)).write_text(content)
    with pytest.raises(ConfigError) as caught:
        load_seals([SUBJECT], tmp_path)
    assert all(problem.file.endswith("reader.sig") for problem in caught.value.problems)
