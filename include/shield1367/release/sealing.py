"""Reports of a work folder, sealed with the site's key by the step that made them.

Publication believes what validation, audit and proof say. Whoever can write into the work folder could make them
say something else; without the key he cannot make the seal that goes with it.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from shield1367.errors import TerminalError
from shield1367.keys import Keys
from shield1367.storage import sha256, write_text

_SUFFIX = ".seal"


class BrokenSealError(TerminalError):
    """Error raised when a report is not the one that was sealed, or was never sealed for this release."""

    code = "E640"


def seal(keys: Keys, *reports: Path) -> None:
    """Write the seal of each report beside it: keyed, and of this report of this release only."""
    for report in reports:
        write_text(_beside(report), _seal_of(keys, report))


def require_sealed(keys: Keys, *reports: Path) -> None:
    """Check that every report is as its step left it.

    Raises:
        BrokenSealError: one has changed, or its seal is missing or is that of another release.
    """
    for report in reports:
        beside = _beside(report)
        given = beside.read_bytes() if beside.is_file() else b""
        if not hmac.compare_digest(given, _seal_of(keys, report).encode()):
            raise BrokenSealError(
                f"{report.name} of release {report.parent.name} is not what the check wrote.",
                mend="find out who writes into the work folder, and run validation, audit and dossier again.",
            )


def _beside(report: Path) -> Path:
    return report.with_name(report.name + _SUFFIX)


def _seal_of(keys: Keys, report: Path) -> str:
    work = report.parent
    return keys.fingerprint("release/seal").of(work.parent.name, work.name, report.name, sha256(report))
