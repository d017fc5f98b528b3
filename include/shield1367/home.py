"""Where everything a run writes lies: one folder, ``SHIELD1367_HOME``, default ``./var``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folders under one home, named as in the flow of the data.

    Attributes:
        root: the home folder itself.
        landing_override: a landing zone outside the home, when a caller names one.
    """

    root: Path
    landing_override: Path | None = None

    @classmethod
    def from_environment(cls) -> Home:
        """The home that ``SHIELD1367_HOME`` (and ``SHIELD1367_LANDING``) name."""
        landing = os.environ.get("SHIELD1367_LANDING")
        return cls(
            root=Path(os.environ.get("SHIELD1367_HOME") or "var").resolve(),
            landing_override=Path(landing).resolve() if landing else None,
        )

    @property
    def landing(self) -> Path:
        """``landing/<source>/<batch>/``: files as the source systems drop them. Read only."""
        return self.landing_override or self.root / "landing"

    @property
    def staged(self) -> Path:
        """``staged/<source>/<dataset>/batch=<batch>/part-NNNN.parquet``: checked, decoded rows."""
        return self.root / "staged"

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
    def released(self) -> Path:
        """``released/<recipient>/<release_id>/``: what a recipient may have."""
        return self.root / "released"

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
