"""Signing policy: the signer's private key comes from a file or the environment and is never kept here."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.config.approvers import APPROVERS, Approver, Approvers
from shield1367.config.signatures import (
    Signature,
    SignatureFile,
    read_signatures,
    shared,
    write_signatures,
)
from shield1367.errors import TerminalError
from shield1367.storage import reported, write_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_VARIABLE = "SHIELD1367_APPROVER_KEY"


class SigningError(TerminalError):
    """Error raised when somebody cannot sign: no usable key, or not the key of that approver."""

    code = "E506"


def read_private_key(path: Path | None) -> Ed25519PrivateKey:
    """The signer's key, from a file or from ``SHIELD1367_APPROVER_KEY``: PEM (PKCS #8), without a password.

    Raises:
        SigningError: there is none, or it is no Ed25519 key.
        StorageError: the file cannot be read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if path is not None:
        with reported(path, "read"):
            pem = path.read_bytes()
    else:
        pem = os.environ.get(KEY_VARIABLE, "").encode()
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(
            f"{path or KEY_VARIABLE} holds no Ed25519 private key.",
            mend="give --key-file, or make a key: `shield1367 policy key FILE`, or"
            " `openssl genpkey -algorithm ed25519 -out FILE`.",
        )
    return key


def new_key(path: Path) -> str:
    """Make a private key in a new file that only its owner can read; returns the public key in base64.

    Raises:
        SigningError: the file exists.
        StorageError: it cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if path.exists():
        raise SigningError(f"{path} exists.", mend="name a new file; a key is never overwritten.")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with reported(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(pem)
    return public_key_of(key)


def public_key_of(key: Ed25519PrivateKey) -> str:
    """Raw public key in base64, as ``approvers.yaml`` has it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def signature_of(
    key: Ed25519PrivateKey, *, subject: str, content: str, approver: str, signed: date
) -> Signature:
    """One signature over the hash of a subject's content."""
    unsigned = Signature(approver=approver, content=content, signed=signed, signature="")
    made = base64.b64encode(key.sign(unsigned.message(subject))).decode("ascii")
    return unsigned.model_copy(update={"signature": made})


def sign(
    folder: Path,
    key: Ed25519PrivateKey,
    approvers: Approvers,
    *,
    subject: str,
    content: str,
    approver: str,
    on: date,
) -> Path:
    """Add an approver's signature beside a subject; one they made over earlier content is replaced.

    Raises:
        SigningError: nobody of that name may sign, or with another key.
        ConfigError: the signatures there are do not hold.
    """
    known = approvers.counted(on).get(approver)
    if known is None:
        allowed = ", ".join(sorted(approvers.counted(on))) or "nobody yet"
        raise SigningError(
            f"{approver!r} is no approver whose signature counts on {on}.",
            mend=f"use one of {APPROVERS} ({allowed}), or have the public key entered there first.",
        )
    if known.public_key != public_key_of(key):
        raise SigningError(
            f"this is not the private key of {approver}.",
            mend=f"sign with the key whose public half stands under {approver} in {APPROVERS}.",
        )
    made = signature_of(key, subject=subject, content=content, approver=approver, signed=on)
    before = read_signatures(folder, subject).signatures
    # What was signed before the content changed counts no more; it would only lengthen every message.
    kept = tuple(s for s in before if s.approver != approver and s.content == content)
    return write_signatures(folder, SignatureFile(subject=subject, signatures=(*kept, made)))


def sign_examples(folder: Path, contents: Mapping[str, str], approvers: Approvers, *, on: date) -> list[Path]:
    """Sign every subject with two new keys that nobody keeps, and name their public halves as examples.

    Raises:
        SigningError: the configuration has approvers of its own.
        StorageError: the folder cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not approvers.are_examples:
        raise SigningError(
            f"{folder / APPROVERS} names approvers.",
            mend="let them sign: `shield1367 policy sign SUBJECT --approver ID --key-file FILE`.",
        )
    pair = {f"example-{number}": Ed25519PrivateKey.generate() for number in ("one", "two")}
    named = {
        name: Approver(
            name="nobody: the private key was thrown away", role="example", public_key=public_key_of(key)
        )
        for name, key in pair.items()
    }
    with shared(folder / APPROVERS):
        written = [write_text(folder / APPROVERS, _approvers_yaml(named))]
    for subject, content in contents.items():
        signatures = tuple(
            signature_of(key, subject=subject, content=content, approver=name, signed=on)
            for name, key in pair.items()
        )
        written.append(write_signatures(folder, SignatureFile(subject=subject, signatures=signatures)))
    return written


def _approvers_yaml(named: Mapping[str, Approver]) -> str:
    lines = [
        "# Who may sign profiles and the floor. The two below signed what is shipped; nobody has their keys, and",
        "# they stop counting as soon as anybody else is named. docs/configuration.md, Signatures, says how to begin.",
        "approvers:",
    ]
    for name, approver in named.items():
        lines.append(f"  {name}: {{name: {json_text(approver.name)}, role: {approver.role},")
        lines.append(f"    public_key: {json_text(approver.public_key)}}}")
    return "\n".join(lines) + "\n"


def json_text(text: str) -> str:
    """A YAML scalar that needs no thought about quoting."""
    import json

    return json.dumps(text, ensure_ascii=False)
