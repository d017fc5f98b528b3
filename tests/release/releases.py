"""A release on its way: planned, redacted, put together and proven, for the county (CSV, withheld)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import make_plan
from shield1367.home import Home
from shield1367.redaction.dealing import deal
from shield1367.redaction.partition import read_results, redact_part
from shield1367.release.manifest import content_digest, hash_files
from shield1367.release.package import PACKAGE, assemble, rows_by_file
from shield1367.release.publish import Proof
from tests.protection.site import DAY, Desk, application, encounter

COUNTY = "county-analytics"
VICTIM = {"form_type": "I-918", "filing_basis": "U NONIMMIGRANT"}


@dataclass
class Making:
    """The folders of one release."""

    desk: Desk
    plan: ReleasePlan
    work: Path

    @classmethod
    def at(cls, folder: Path, recipient: str = COUNTY) -> Making:
        """Two batches of encounters; of the six people number 1 is protected."""
        desk = Desk.at(folder)
        desk.deliver(
            "benefits", {"applications": [application(n, **(VICTIM if n == 1 else {})) for n in range(1, 7)]}
        )
        desk.deliver("enforcement", {"encounters": [encounter(n) for n in (1, 2, 3)]})
        desk.deliver("enforcement", {"encounters": [encounter(n) for n in (4, 5, 6)]}, batch="b2")
        desk.judge()
        plan = make_plan(desk.home, desk.keys, desk.project, recipient, as_of=DAY)
        work = desk.home.work / recipient / plan.release_id
        plan.write(work)
        return cls(desk, plan, work)

    @property
    def home(self) -> Home:
        return self.desk.home

    @property
    def profile(self) -> RecipientProfile:
        return self.desk.project.recipients[self.plan.recipient]

    @property
    def package(self) -> Path:
        return self.work / PACKAGE

    @property
    def released(self) -> Path:
        return self.home.released / self.plan.recipient / self.plan.release_id

    @property
    def held(self) -> Path:
        return self.home.held / self.plan.recipient / self.plan.release_id

    def redact(self) -> Making:
        for _, part in self.plan.parts():
            redact_part(self.home, self.desk.keys, self.desk.project, self.work, part.index)
        deal(self.work, self.desk.keys, self.plan)
        return self

    def prove(self, *failures: str) -> Making:
        """Put the package together and write the proof of its present bytes."""
        assemble(self.work, self.profile)
        rows = rows_by_file(self.plan, read_results(self.work), self.profile.delivery.format)
        Proof(
            digest=content_digest(self.plan, hash_files(self.package, rows)),
            validation="5 of 5 expectations hold",
            audit="0 findings in 2 files",
            failures=failures,
        ).write(self.work, self.desk.keys)
        return self
