"""Signatures under profiles and the floor: detached, beside the file, over its content.

What is signed is the hash of the settings in effect, defaults included: comments and layout may change, no
setting may. For ``recipients/county-analytics.yaml`` the signatures lie in ``recipients/county-analytics.sig``.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from shield1367.config.approvers import Approver, Approvers, load_approvers
from shield1367.config.loading import ConfigModel, config_folder, validate
from shield1367.errors import ConfigError, Problem, StorageError, TerminalError
from shield1367.storage import read_json, reported, write_json

ENDING = ".sig"
FLOOR = "fields"
_CONTEXT = b"shield1367 policy 1\n"


class UnsignedPolicyError(TerminalError):
    """Error raised when a profile or the floor is not signed by as many approvers as it needs."""

    code = "E505"


class Signature(ConfigModel):
    """One approver's signature; *content* is the hash it was made over."""

    approver: str
    content: str
    signed: date
    signature: str

    def message(self, subject: str) -> bytes:
        """The bytes that were signed."""
        said = {
            "subject": subject,
            "content": self.content,
            "approver": self.approver,
            "signed": str(self.signed),
        }
        return _CONTEXT + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


class SignatureFile(ConfigModel):
    """The file beside what is signed."""

    subject: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signatures under one subject say.

    Attributes:
        subject: ``fields``, or ``recipients/<name>``.
        needed: how many different approvers must have signed.
        signed_by: whose signatures hold, by id.
        faults: why each other signature does not count.
    """

    subject: str
    needed: int
    signed_by: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether enough approvers signed."""
        return len(self.signed_by) >= self.needed


@dataclass(frozen=True, slots=True)
class Seals:
    """The signatures of a configuration, and whose count."""

    approvers: Approvers = field(default_factory=Approvers)
    files: Mapping[str, SignatureFile] = field(default_factory=dict)

    def verdict(self, subject: str, content: str, *, needed: int, on: date) -> Verdict:
        """Who has signed *content* as *subject*, of those whose signature counts on a day."""
        counted = self.approvers.counted(on)
        found = self.files.get(subject)
        good: dict[str, None] = {}
        faults = [] if found and found.signatures else ["nobody has signed it"]
        for signature in found.signatures if found else ():
            fault = _fault(signature, subject, content, counted)
            if fault is None:
                good[signature.approver] = None
            else:
                faults.append(f"{signature.approver}: {fault}")
        return Verdict(subject, needed, tuple(good), tuple(faults))

    def require(self, subject: str, content: str, *, needed: int, on: date) -> tuple[str, ...]:
        """Ids of the approvers who signed.

        Raises:
            UnsignedPolicyError: they are too few, with the reason for each signature that does not count.
        """
        verdict = self.verdict(subject, content, needed=needed, on=on)
        if verdict.holds:
            return verdict.signed_by
        raise UnsignedPolicyError(
            f"{subject}.yaml has {len(verdict.signed_by)} of {needed} signatures it needs"
            f" ({'; '.join(verdict.faults)}).",
            mend=f"let {needed - len(verdict.signed_by)} other approver(s) of approvers.yaml read it and run"
            f" `shield1367 policy sign {subject} --approver ID --key-file FILE`; until then nothing is released.",
        )


def subject_of(recipient: str) -> str:
    """What a profile is signed as."""
    return f"recipients/{recipient}"


def load_seals(subjects: Iterator[str] | list[str], folder: Path | None = None) -> Seals:
    """Read the approvers and the signatures of some subjects.

    Raises:
        ConfigError: a file is there and does not hold.
    """
    folder = folder or config_folder()
    found = {}
    problems: list[Problem] = []
    for subject in subjects:
        try:
            file = read_signatures(folder, subject)
        except ConfigError as error:
            problems += error.problems
        else:
            found[subject] = file
    if problems:
        raise ConfigError(problems)
    return Seals(load_approvers(folder), found)


def read_signatures(folder: Path, subject: str) -> SignatureFile:
    """The signatures of one subject; none when there is no file.

    Raises:
        ConfigError: the file does not hold, or is another subject's.
    """
    path = folder / f"{subject}{ENDING}"
    if not path.exists():
        return SignatureFile(subject=subject)
    try:
        content = read_json(path)
    except StorageError as error:
        raise ConfigError([Problem(str(path), "", error.message)]) from None
    file = validate(SignatureFile, content, path)
    if file.subject != subject:
        raise ConfigError([Problem(str(path), "subject", f"is of {file.subject!r}, not of {subject!r}")])
    return file


def write_signatures(folder: Path, file: SignatureFile) -> Path:
    """Put the signatures beside what they sign."""
    path = folder / f"{file.subject}{ENDING}"
    with shared(path):
        return write_json(path, file.model_dump(mode="json"))


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """A public file that the block writes keeps its mode; a new one gets that of any file this user makes.

    What is written in one step is its owner's alone at first, and a policy is read by workers under other users.
    """
    mask = os.umask(0o077)
    os.umask(mask)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask
    yield
    with reported(path, "write"):
        path.chmod(mode)


def _fault(signature: Signature, subject: str, content: str, counted: Mapping[str, Approver]) -> str | None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if signature.approver not in counted:
        return "is no approver whose signature counts"
    if signature.content != content:
        return "signed other content; it has changed since"
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(counted[signature.approver].public_key))
    try:
        key.verify(base64.b64decode(signature.signature, validate=True), signature.message(subject))
    except (InvalidSignature, binascii.Error, ValueError):
        return "the signature does not verify"
    return None
