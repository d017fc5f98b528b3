"""Are vulnerabilities known in what the lock files pin? pip-audit asks PyPI, or a copy of the OSV database.

    audit_dependencies.py [--database PyPI.zip] [--or-say-so] LOCKFILE...

The copy is the archive that OSV publishes for the ecosystem PyPI, named by ``--database`` or ``OSV_DATABASE``: for
machines without a network. Exit codes: 0 none known, 1 some are, 3 not everything could be asked about;
``--or-say-so`` makes 0 of the last, for a machine that has neither network nor copy.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from pip_audit._dependency_source import RequirementSource
from pip_audit._service.interface import (
    Dependency,
    ResolvedDependency,
    SkippedDependency,
    VulnerabilityResult,
    VulnerabilityService,
)
from pip_audit._service.pypi import PyPIService

VULNERABLE, UNKNOWN = 1, 3
STALE = timedelta(days=30)
_TIMEOUT_SECONDS = 10


class OsvArchive(VulnerabilityService):
    """Advisories of one archive of OSV records (https://ossf.github.io/osv-schema/)."""

    def __init__(self, path: Path) -> None:
        self.newest = datetime.min.replace(tzinfo=UTC)
        self._records: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    self._take(json.loads(archive.read(name)))

    def _take(self, record: dict[str, Any]) -> None:
        self.newest = max(self.newest, datetime.fromisoformat(record["modified"]))
        if "withdrawn" not in record:
            for name in {canonicalize_name(affected["package"]["name"]) for affected in _pypi(record)}:
                self._records[name].append(record)

    def query(self, spec: Dependency) -> tuple[Dependency, list[VulnerabilityResult]]:
        """What is known of one pinned package."""
        if not isinstance(spec, ResolvedDependency):
            return spec, []
        found = []
        for record in self._records[spec.canonical_name]:
            own = [a for a in _pypi(record) if canonicalize_name(a["package"]["name"]) == spec.canonical_name]
            if any(is_affected(spec.version, affected) for affected in own):
                ids = [record["id"], *record.get("aliases", [])]
                summary = record.get("summary") or record.get("details", "")
                found.append(VulnerabilityResult.create(ids, summary, fixes(own), None))
        return spec, found


def _pypi(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for affected in record.get("affected", ()):
        if affected.get("package", {}).get("ecosystem") == "PyPI":
            yield affected


def is_affected(version: Version, affected: dict[str, Any]) -> bool:
    """Whether *version* is among the versions or within a range of one ``affected`` object, as OSV evaluates it.

    A record that says neither affects every version: silence is no all-clear.
    """
    ranges = [one for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    versions = affected.get("versions", ())
    if not ranges and not versions:
        return True
    if any(_version(text) == version for text in versions):
        return True
    return any(_is_within(version, one["events"]) for one in ranges)


def _is_within(version: Version, events: Sequence[dict[str, str]]) -> bool:
    within = False
    order = sorted((_version(text) or Version("0"), kind) for event in events for kind, text in event.items())
    for at, kind in order:
        if kind == "introduced" and version >= at:
            within = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            within = False
    return within


def fixes(affected: Sequence[dict[str, Any]]) -> list[Version]:
    """Versions that mend it, oldest first."""
    events = (e for a in affected for one in a.get("ranges", ()) for e in one["events"])
    return sorted({version for e in events if "fixed" in e and (version := _version(e["fixed"]))})


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        # Of a range or list in another notation, such as a commit: no pin can be it.
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description="Known vulnerabilities in what the lock files pin.")
    parser.add_argument("--database", type=Path, default=os.environ.get("OSV_DATABASE"))
    parser.add_argument("--or-say-so", action="store_true")
    parser.add_argument("locks", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    source = RequirementSource(given.locks, require_hashes=True, no_deps=True, disable_pip=True)
    service: VulnerabilityService = (
        OsvArchive(Path(given.database)) if given.database else PyPIService(timeout=_TIMEOUT_SECONDS)
    )
    audited, skipped, vulnerable = 0, 0, 0
    for dependency, results in service.query_all(source.collect()):
        audited += 1
        skipped += isinstance(dependency, SkippedDependency)
        vulnerable += bool(results)
        for result in results:
            mended = ", ".join(map(str, result.fix_versions)) or "no version yet"
            print(f"{dependency.name}: {result.id}, mended in {mended}")
    print(f"{audited - skipped} of {audited} packages asked about, {vulnerable} with a known vulnerability")
    if isinstance(service, OsvArchive) and datetime.now(UTC) - service.newest > STALE:
        print(f"The newest advisory is of {service.newest:%Y-%m-%d}: fetch a new copy.")
        skipped = audited
    if vulnerable:
        return VULNERABLE
    if skipped:
        print("NOT AUDITED: neither PyPI's advisories nor a fresh copy in OSV_DATABASE can be asked.")
        return 0 if given.or_say_so else UNKNOWN
    return 0


if __name__ == "__main__":
    sys.exit(main())
