"""What can be opened of one release: its folder, its documents, and the evidence in one archive.

Nothing here takes a path from outside. A release is found by its id in the catalogue, a document by a name of the
list below; the folder must lie where it belongs, and no link is followed.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shield1367.desk.errors import DocumentGoneError, NotFoundError
from shield1367.desk.listing import ListedRelease, ReleaseState
from shield1367.home import Home
from shield1367.release.ledger import Disclosure
from shield1367.release.package import PACKAGE
from shield1367.release.publish import HELD
from shield1367.release.signing import PUBLISHED
from shield1367.release.verify import ENVELOPE, MANIFEST
from shield1367.reporting.dossier import DOSSIER
from shield1367.reporting.validation_report import VALIDATION_REPORT
from shield1367.storage import Location, RemotePath, is_published

DOCUMENTS: Mapping[str, str] = {"dossier": DOSSIER, "validation": VALIDATION_REPORT}
"""Name of a document in an address → its file in the folder of the release."""

MOST_BYTES = 64 << 20
# What names of ours are made of; it can lead to no other folder, and needs no escape in an address or a header.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
LEDGER_ENTRY = "ledger-entry.json"
# Of every archive the same, so that the same evidence is the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
_README = """Evidence of release {release_id} for {recipient}

manifest.json        every file of the release with its SHA-256, the policies it was made under, what was checked
release.dsse.json    the signature over manifest.json (in-toto statement in a DSSE envelope)
release-keys.pem     the public keys of the sender, as they lie beside the releases
dossier.html         what was sent to whom, why that is allowed, and what proves that nothing leaked
validation.html      every expectation and the leak audit{entry}

The data is not in here. To verify the release with its data:
shield1367 verify FOLDER --key release-keys.pem
Compare the id of the key that is printed with the one the sender gave you by another way.
"""
_ENTRY_LINE = (
    f"\n{LEDGER_ENTRY}    the entry of the disclosure ledger; its count of withheld rows is protected"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One release with its folder; *is_there* says whether the folder is where it belongs."""

    listed: ListedRelease
    folder: Location
    is_there: bool

    @property
    def papers(self) -> Location:
        """Where its documents lie: of a release that waits for approval, in the package that was checked."""
        return self.folder / PACKAGE if self.listed.state is ReleaseState.WAITING else self.folder

    def has(self, name: str) -> bool:
        """Whether a document of :data:`DOCUMENTS` is there to be opened."""
        path = self.papers / DOCUMENTS[name]
        return self.is_there and path.is_file() and not (_is_link(path) or _is_link(self.papers))

    def document(self, name: str) -> bytes:
        """A document by its name in :data:`DOCUMENTS`.

        Raises:
            NotFoundError: there is no such document of any release.
            DocumentGoneError: this release lacks it, or it is a link, or larger than any document is.
        """
        if name not in DOCUMENTS:
            raise NotFoundError("document")
        if not self.has(name):
            raise DocumentGoneError(DOCUMENTS[name])
        return read_plainly(self.papers / DOCUMENTS[name])

    def file(self, name: str) -> bytes:
        """A file of the folder by a name that this library gave it.

        Raises:
            DocumentGoneError: it is missing, a link, or larger than :data:`MOST_BYTES`.
        """
        if not self.is_there:
            raise DocumentGoneError(name)
        return read_plainly(self.folder / name)

    def json(self, name: str) -> Any:
        """A JSON file of the folder, likewise."""
        try:
            return json.loads(self.file(name))
        except (ValueError, RecursionError):
            raise DocumentGoneError(name) from None


def evidence_of(home: Home, listed: ListedRelease) -> Evidence:
    """Where a release of the catalogue lies.

    Raises:
        NotFoundError: its names are none that a folder of ours can have.
    """
    roots = {
        ReleaseState.RELEASED: home.released,
        ReleaseState.HELD: home.held,
        ReleaseState.MAKING: home.work,
        ReleaseState.WAITING: home.work,
    }
    root = roots[listed.state]
    if not (_PLAIN.fullmatch(listed.recipient) and _PLAIN.fullmatch(listed.release_id)):
        raise NotFoundError("release")
    folder = root / listed.recipient / listed.release_id
    if isinstance(folder, RemotePath) or isinstance(root, RemotePath):
        return Evidence(listed, folder, is_published(folder, last=MANIFEST))
    # A link on the way would lead out of the place whose releases these are.
    is_there = folder.is_dir() and folder.resolve() == root.resolve() / listed.recipient / listed.release_id
    return Evidence(listed, folder, is_there)


def reasons(evidence: Evidence) -> tuple[str, ...]:
    """Why a held release did not pass."""
    found = evidence.json(HELD)
    failures = found.get("failures") if isinstance(found, dict) else None
    return tuple(map(str, failures)) if isinstance(failures, list) else ()


def _is_link(path: Location) -> bool:
    """A store has none."""
    return isinstance(path, Path) and path.is_symlink()


def read_plainly(path: Location) -> bytes:
    """A whole file, no link followed.

    Raises:
        DocumentGoneError: it is missing, no plain file, or too large.
    """
    if isinstance(path, RemotePath):
        found = path.store.find(path.key)
        if found is None or found.size > MOST_BYTES:
            raise DocumentGoneError(path.name)
        return path.read_bytes()
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            status = os.fstat(stream.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES:
                return stream.read(MOST_BYTES)
    except OSError:
        # The reason names a path of this machine, and to the reader they are all one.
        pass
    raise DocumentGoneError(path.name) from None


def bundle(home: Home, evidence: Evidence, entry: Disclosure | None) -> bytes:
    """The evidence of a released release as a ZIP archive; the same evidence gives the same bytes.

    Args:
        entry: its entry in the ledger, for those who may know how much was withheld.

    Raises:
        DocumentGoneError: a part of it is missing: half of the evidence is none.
    """
    parts = {name: evidence.file(name) for name in (MANIFEST, ENVELOPE, DOSSIER, VALIDATION_REPORT)}
    parts[PUBLISHED] = read_plainly(home.released / PUBLISHED)
    if entry is not None:
        parts[LEDGER_ENTRY] = json.dumps(entry.model_dump(mode="json"), indent=2, sort_keys=True).encode()
    listed = evidence.listed
    parts["README.txt"] = _README.format(
        release_id=listed.release_id, recipient=listed.recipient, entry=_ENTRY_LINE if entry else ""
    ).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(parts.items()):
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
