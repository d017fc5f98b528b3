"""Where everything a run writes lies: one folder, ``SHIELD1367_HOME``, default ``./var``.

What comes in, what is staged and what goes out may lie elsewhere, in an object store too: ``SHIELD1367_LANDING``,
``SHIELD1367_STAGED`` and ``SHIELD1367_RELEASED`` are folders or URLs.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from shield1367.storage import Location, location
from shield1367.storage.errors import StoreAddressError

# Path makes one slash of two.
_ELSEWHERE = ("landing", "staged", "released")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders under one home, named as in the flow of the data.

    Attributes:
        root: the home folder itself.
        landing_override: a landing zone outside the home, when a caller names one; likewise the others.
    """

    root: Path
    landing_override: Location | None = None
    staged_override: Location | None = None
    released_override: Location | None = None

    @classmethod
    def from_environment(cls) -> Home:
        """The home that ``SHIELD1367_HOME`` names, and what the variables of single folders do.

        Raises:
            StoreAddressError: a URL cannot be used, or the home is one: it holds databases and locks.
        """
        return cls.at(os.environ.get("SHIELD1367_HOME") or "var")

    @classmethod
    def at(cls, root: str | Path) -> Home:
        """A home of that name, with what the variables of single folders name."""
        if _URL.match(str(root)):
            raise StoreAddressError(
                "SHIELD1367_HOME is a URL, but a home holds databases and locks.",
                mend="name a local or shared folder; SHIELD1367_LANDING, _STAGED and _RELEASED may be URLs.",
            )
        named = {name: os.environ.get(f"SHIELD1367_{name.upper()}") for name in _ELSEWHERE}
        return cls(
            Path(root).resolve(),
            **{f"{name}_override": location(text) for name, text in named.items() if text},
        )

    def named(self, name: str) -> Location:
        """Where ``staged/…`` or any other path below the home, as receipts and plans write it, lies in truth."""
        first, _, rest = name.partition("/")
        folder: Location = getattr(self, first) if first in _ELSEWHERE else self.root / first
        return folder / rest if rest else folder

    def name_of(self, place: Location) -> str:
        """The path below the home that :meth:`named` leads back to *place* from."""
        for name in _ELSEWHERE:
            folder: Location = getattr(self, name)
            if folder in (place, *place.parents):
                return "/".join((name, *place.parts[len(folder.parts) :]))
        return place.relative_to(self.root).as_posix()

    @property
    def landing(self) -> Location:
        """``landing/<source>/<batch>/``: files as the source systems drop them. Read only."""
        return self.landing_override or self.root / "landing"

    @property
    def staged(self) -> Location:
        """``staged/<source>/<dataset>/batch=<batch>/part-NNNN.parquet``: checked, decoded rows."""
        return self.staged_override or self.root / "staged"

    @property
    def quarantine(self) -> Path:
        """``quarantine/<source>/<batch>/``: what intake refused, with reasons; rows encrypted."""
        return self.root / "quarantine"

    @property
    def registry(self) -> Path:
        """``registry/``: who is protected, and which row holds whom. Values encrypted."""
        return self.root / "registry"

    @property
    def safeguards(self) -> Path:
        """``safeguards/``: what compliance recorded about the directive's two other safeguards."""
        return self.root / "safeguards"

    @property
    def work(self) -> Path:
        """``work/<recipient>/<release_id>/``: a release in the making, deleted when published."""
        return self.root / "work"

    @property
    def plans(self) -> Path:
        """``plans/<recipient>/<release_id>/plan.json``: what each release was made from, for audits to come."""
        return self.root / "plans"

    @property
    def held(self) -> Path:
        """``held/<recipient>/<release_id>/``: a release that did not pass, with the reason."""
        return self.root / "held"

    @property
    def released(self) -> Location:
        """``released/<recipient>/<release_id>/``: what a recipient may have."""
        return self.released_override or self.root / "released"

    @property
    def ledger(self) -> Path:
        """``ledger/ledger.sqlite``: every disclosure, append-only; its heads lie beside it."""
        return self.root / "ledger" / "ledger.sqlite"

    @property
    def lookback(self) -> Path:
        """``lookback/<case>/``: notices of look-back cases, for compliance."""
        return self.root / "lookback"

    @property
    def reports(self) -> Path:
        """``reports/<month>/``: the monthly accounts, for compliance."""
        return self.root / "reports"

    @property
    def quality(self) -> Path:
        """``quality/<release_id>.json``: sampled narratives and what reviewers marked in them; encrypted."""
        return self.root / "quality"

    @property
    def keys(self) -> Path:
        """``keys/``: key material of the embedded default; unused when the environment has keys."""
        return self.root / "keys"
