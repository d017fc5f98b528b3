"""Projects signed by keys of a test's own, in memory or in a folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shield1367.config.approvers import Approver, Approvers
from shield1367.config.project import Project, load_project
from shield1367.config.signatures import FLOOR, Seals, SignatureFile, subject_of
from shield1367.config.signing import public_key_of, sign_examples, signature_of

DAY = date(2026, 9, 1)
# Fixed, so that a test reads the same every time; they sign nothing but what tests make.
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(letter * 32) for name, letter in (("ada", b"a"), ("bo", b"b"))
}
APPROVERS = Approvers(
    approvers={
        name: Approver(name=name.title(), role="compliance", public_key=public_key_of(key))
        for name, key in KEYS.items()
    }
)


def contents_of(project: Project) -> dict[str, str]:
    """Everything of a project that is signed: subject to hash."""
    profiles = {subject_of(p.recipient): project.policy_hash(p) for p in project.recipients.values()}
    return {FLOOR: project.fields.content_hash(), **profiles}


def seals_over(contents: dict[str, str], *signers: str) -> Seals:
    """Signatures of *signers* over each subject."""
    files = {
        subject: SignatureFile(
            subject=subject,
            signatures=tuple(
                signature_of(KEYS[name], subject=subject, content=content, approver=name, signed=DAY)
                for name in signers
            ),
        )
        for subject, content in contents.items()
    }
    return Seals(APPROVERS, files)


def signed(project: Project, *signers: str) -> Project:
    """The project with everything in it signed, by both when no signer is named."""
    return replace(project, seals=seals_over(contents_of(project), *(signers or KEYS)))


def sign_folder(folder: Path) -> Path:
    """Sign every profile and the floor of a configuration folder anew."""
    project = load_project(folder)
    sign_examples(folder, contents_of(project), project.seals.approvers, on=DAY)
    return folder
