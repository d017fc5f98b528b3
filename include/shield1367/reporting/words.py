"""What treatments and memberships mean, in words for people outside the project."""

from __future__ import annotations

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership

TREATMENTS: dict[Treatment, str] = {
    Treatment.KEEP: "as in the source",
    Treatment.DROP: "not in the release",
    Treatment.WITHHOLD: "empty in every row",
    Treatment.TOKEN: "the same token in every row",
    Treatment.PSEUDONYM: "a keyed pseudonym, valid inside this release only",
    Treatment.YEAR: "reduced to the year",
    Treatment.MONTH: "reduced to the month",
    Treatment.AGE_BAND: "reduced to an age band",
    Treatment.STATE: "reduced to the US state",
    Treatment.REGION: "reduced to a region",
    Treatment.SHIFT: "shifted by a number of days per person",
    Treatment.SCRUB: "free text, identifiers and telling phrases replaced by tokens",
}
MEMBERSHIPS: dict[Membership, str] = {
    Membership.HIDDEN: "every row is treated alike, so that no row tells whether its person is protected",
    Membership.WITHHELD: "rows that may not go are left out; how many is recorded in the ledger only",
    Membership.MARKED: "rows about protected people carry the § 1367 banner",
}
