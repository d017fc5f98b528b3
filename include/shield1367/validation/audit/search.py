"""The leak audit of a finished package, or of any folder that should be one.

Outside packages: nothing of any protected person may be in any file, its name or its metadata, and no
text of the data may have the shape of an identifier or tell of a protected benefit. Inside packages may
name people; there the banner and the columns are checked instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import ReleasePlan
from shield1367.errors import StorageError
from shield1367.identities import Identity
from shield1367.storage import read_json
from shield1367.validation.audit.collecting import Collector, Fingerprint
from shield1367.validation.audit.report import AuditReport

# numpy and DuckDB load when an audit runs, not when somebody names it: imports are in the functions.

_MANIFEST = "manifest.json"


def audit_package(
    package: Path,
    identities: Iterable[Identity],
    *,
    outside: bool,
    fingerprint: Fingerprint,
    plan: ReleasePlan | None = None,
) -> AuditReport:
    """Search every byte of *package*; whatever cannot be opened is a finding, never an exception.

    Args:
        package: the folder; read only.
        identities: everybody; those with ``protected`` set are searched for.
        outside: whether the recipient is outside DHS, DOS and DOJ.
        fingerprint: keyed hash for what is found, so that the report quotes nothing.
        plan: what the package was made from. With it columns are held against the plan, and columns it
            scrubs count as free text however short they are.
    """
    collector = Collector(package, fingerprint, plan)
    if outside:
        from shield1367.validation.audit.outside import search_outside

        return search_outside(collector, identities)
    from shield1367.validation.audit.inside import check_inside

    return check_inside(collector)


def audit_files(
    package: Path,
    files: Sequence[Path],
    identities: Iterable[Identity],
    *,
    outside: bool,
    fingerprint: Fingerprint,
) -> AuditReport:
    """Search some files of a package, such as documents that were written after the audit of its data.

    Documents name nobody whoever the recipient is, so those of inside packages are searched in the same way.
    """
    from shield1367.validation.audit.outside import search_outside

    return search_outside(Collector(package, fingerprint, None), identities, only=files)


def audit_finished(package: Path, identities: Iterable[Identity], *, fingerprint: Fingerprint) -> AuditReport:
    """Search a finished release for what must not be in it: ``shield1367 audit DIR``.

    The manifest says whether the release is a marked one for the inside; a folder whose manifest does
    not say so plainly is searched as one for outside.
    """
    return audit_package(package, identities, outside=not _is_marked(package), fingerprint=fingerprint)


def _is_marked(package: Path) -> bool:
    try:
        manifest = read_json(package / _MANIFEST)
    except StorageError:
        # No manifest, no claim: the stricter search.
        return False
    return isinstance(manifest, dict) and manifest.get("membership") == Membership.MARKED
