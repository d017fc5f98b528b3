"""A package against its signed manifest, with the public key alone.

This one file needs Python and ``cryptography``, and nothing else of this project: hand it to a recipient,
``python verify.py FOLDER --key release-keys.pem``. Nothing is decompressed or parsed but the two JSON files
that say what must be there; a file of the wrong size is not even read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
ENVELOPE = "release.dsse.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:shield1367:release:v1"
_PEM_END = b"-----END PUBLIC KEY-----"
# More than any honest package has, and little enough to read.
_MOST_BYTES = {MANIFEST: 64 << 20, ENVELOPE: 1 << 20}
_MOST_FILES = 1_000_000
_SHOWN = 10


class NotVerifiedError(Exception):
    """Error raised when a package is not what its sender signed; the message says why."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified: by which key, and how much."""

    release_id: str
    recipient: str
    key: str
    files: int
    size: int


def verify_package(folder: Path, pem: bytes) -> Verified:
    """Check signature, manifest, and every file of *folder*.

    Args:
        pem: one or more Ed25519 public keys that are trusted.

    Raises:
        NotVerifiedError: with the reason; files are named, never quoted.
    """
    trusted = read_keys(pem)
    present = _present(folder)
    for name in (MANIFEST, ENVELOPE):
        if name not in present:
            raise NotVerifiedError(f"{name} is missing: the package is not signed, or not complete")
    key, statement = _opened(_read(folder, ENVELOPE), trusted)
    content = _read(folder, MANIFEST)
    _hold_subject(statement, content)
    manifest = _json(content, MANIFEST)
    listed = _listed(manifest)
    _compare(folder, present, listed)
    return Verified(
        release_id=str(manifest.get("release_id")),
        recipient=str(manifest.get("recipient")),
        key=key,
        files=len(listed),
        size=sum(size for size, _ in listed.values()),
    )


def read_keys(pem: bytes) -> dict[str, Any]:
    """Key id → public key, for every PEM block.

    Raises:
        NotVerifiedError: there is none, or one is no Ed25519 public key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    found = {}
    for block in pem.split(_PEM_END)[:-1]:
        try:
            key = load_pem_public_key(block.strip() + b"\n" + _PEM_END + b"\n")
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise NotVerifiedError("the key file holds something that is no Ed25519 public key")
        found[hashlib.sha256(key.public_bytes_raw()).hexdigest()] = key
    if not found:
        raise NotVerifiedError("the key file holds no public key (PEM)")
    return found


def pre_authentication(kind: str, payload: bytes) -> bytes:
    """What a DSSE signature is made over (DSSE v1, PAE)."""
    return b" ".join((b"DSSEv1", b"%d" % len(kind), kind.encode(), b"%d" % len(payload), payload))


def _opened(content: bytes, trusted: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    from cryptography.exceptions import InvalidSignature

    envelope = _json(content, ENVELOPE)
    try:
        kind = str(envelope["payloadType"])
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [
            (str(s["keyid"]), base64.b64decode(s["sig"], validate=True)) for s in envelope["signatures"]
        ]
    except (KeyError, TypeError, ValueError):
        raise NotVerifiedError(f"{ENVELOPE} is not a DSSE envelope") from None
    if not signatures:
        raise NotVerifiedError(f"{ENVELOPE} holds no signature")
    for key, signature in signatures:
        if key not in trusted:
            continue
        try:
            trusted[key].verify(signature, pre_authentication(kind, payload))
        except InvalidSignature:
            raise NotVerifiedError(f"the signature by key {key[:16]} does not verify") from None
        if kind != PAYLOAD_TYPE:
            raise NotVerifiedError("the signature is over something else than an in-toto statement")
        return key, _json(payload, ENVELOPE)
    raise NotVerifiedError(
        f"signed by key {', '.join(key[:16] for key, _ in signatures)}, which is not among the keys given"
        f" ({', '.join(key[:16] for key in trusted)})"
    )


def _hold_subject(statement: Mapping[str, Any], manifest: bytes) -> None:
    if statement.get("_type") != STATEMENT_TYPE or statement.get("predicateType") != PREDICATE_TYPE:
        raise NotVerifiedError("the signed statement is not one about a release")
    wanted = [{"name": MANIFEST, "digest": {"sha256": hashlib.sha256(manifest).hexdigest()}}]
    if statement.get("subject") != wanted:
        raise NotVerifiedError(f"{MANIFEST} is not the one that was signed: it was changed")


def _listed(manifest: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    try:
        return {str(f["path"]): (int(f["bytes"]), str(f["sha256"])) for f in manifest["files"]}
    except (KeyError, TypeError, ValueError):
        raise NotVerifiedError(
            f"{MANIFEST} lists no files; it is of a version this program does not know"
        ) from None


def _compare(folder: Path, present: Mapping[str, int], listed: Mapping[str, tuple[int, str]]) -> None:
    wrong = [f"{name} is missing" for name in sorted(listed.keys() - present.keys())]
    extra = present.keys() - listed.keys() - {MANIFEST, ENVELOPE}
    wrong += [f"{name} is not in the manifest" for name in sorted(extra)]
    for name in sorted(listed.keys() & present.keys()):
        size, digest = listed[name]
        if present[name] != size:
            wrong.append(f"{name} has {present[name]} bytes instead of {size}")
        elif _hash(folder / name) != digest:
            wrong.append(f"{name} was changed")
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise NotVerifiedError("; ".join(wrong[:_SHOWN]) + more)


def _present(folder: Path) -> dict[str, int]:
    """Path below the folder → bytes, of regular files; anything else is refused, links above all."""
    found: dict[str, int] = {}
    waiting = [folder]
    while waiting:
        inside = waiting.pop()
        with os.scandir(inside) as entries:
            for entry in entries:
                name = Path(entry.path).relative_to(folder).as_posix()
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(Path(entry.path))
                elif stat.S_ISREG(status.st_mode):
                    found[name] = status.st_size
                else:
                    raise NotVerifiedError(f"{name} is a link or a device, not a file")
                if len(found) > _MOST_FILES:
                    raise NotVerifiedError(f"there are more than {_MOST_FILES:,} files")
    return found


def _read(folder: Path, name: str) -> bytes:
    with _open(folder / name) as stream:
        content: bytes = stream.read(_MOST_BYTES[name] + 1)
    if len(content) > _MOST_BYTES[name]:
        raise NotVerifiedError(f"{name} is larger than any that was ever signed")
    return content


def _hash(path: Path) -> str:
    with _open(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open(path: Path) -> Any:
    # Between the look and the reading, a file may be made a link.
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _json(content: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotVerifiedError(f"{name} is not a JSON object")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one folder: 0 when it holds, 1 when not."""
    parser = argparse.ArgumentParser(description="Verify a release against its signed manifest.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="the sender's public keys, PEM")
    options = parser.parse_args(arguments)
    try:
        done = verify_package(options.folder, options.key.read_bytes())
    except (NotVerifiedError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        sys.stderr.write(f"NOT verified: {reason}.\n")
        return 1
    sys.stdout.write(f"verified: release {done.release_id}, {done.files} files, signed by key {done.key}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
