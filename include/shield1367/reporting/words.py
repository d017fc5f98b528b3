"""Settings in words for readers who never saw the system."""

from __future__ import annotations

from collections.abc import Mapping

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.disclosure.plan import ColumnPlan, PolicyApproval
from shield1367.disclosure.scope import AuthorityScope

TREATMENTS: Mapping[Treatment, str] = {
    Treatment.KEEP: "kept as it is",
    Treatment.DROP: "left out",
    Treatment.WITHHOLD: "emptied in every row",
    Treatment.TOKEN: "replaced by the name of its kind",
    Treatment.PSEUDONYM: "replaced by a keyed pseudonym, valid inside this release only",
    Treatment.YEAR: "reduced to the year",
    Treatment.QUARTER: "reduced to the quarter of the year",
    Treatment.MONTH: "reduced to year and month",
    Treatment.AGE_BAND: "reduced to an age band",
    Treatment.STATE: "reduced to the US state",
    Treatment.REGION: "reduced to a region of the world or of the US",
    Treatment.BROAD: "replaced by a broad class that many codes share",
    Treatment.ROUND: "rounded",
    Treatment.SHIFT: "moved by a secret number of days, the same for all rows of a person",
    Treatment.SCRUB: "free text, identifiers and telling phrases replaced by tokens",
}

# What a chart has room for.
SHORT_TREATMENTS: Mapping[Treatment, str] = {
    Treatment.KEEP: "kept",
    Treatment.DROP: "left out",
    Treatment.WITHHOLD: "emptied",
    Treatment.TOKEN: "token",
    Treatment.PSEUDONYM: "pseudonym",
    Treatment.YEAR: "year only",
    Treatment.QUARTER: "quarter only",
    Treatment.MONTH: "month only",
    Treatment.AGE_BAND: "age band",
    Treatment.STATE: "US state",
    Treatment.REGION: "region",
    Treatment.BROAD: "broad class",
    Treatment.ROUND: "rounded",
    Treatment.SHIFT: "shifted",
    Treatment.SCRUB: "scrubbed text",
}

MEMBERSHIPS: Mapping[Membership, str] = {
    Membership.HIDDEN: (
        "Every row is treated alike, so that nothing in the data tells rows of protected people from others."
    ),
    Membership.WITHHELD: (
        "Rows that concern anybody who is, or may be, protected are not in the release, and where these are few,"
        " rows of others are left out with them. How many there were is recorded in the disclosure ledger only."
    ),
    Membership.MARKED: (
        "Rows of people who are, or may be, protected are in the release and carry the banner of 8 U.S.C. § 1367."
    ),
}


def treatment_words(column: ColumnPlan) -> str:
    """What a column underwent."""
    if column.json_keys is None:
        return TREATMENTS[column.treatment]
    kept = [key for key, (_, treatment) in column.json_keys.items() if treatment is not Treatment.DROP]
    if not kept or column.treatment is Treatment.DROP:
        return TREATMENTS[Treatment.DROP]
    return f"structured text, {len(kept)} of {len(column.json_keys)} fields kept and each treated by its kind"


def approval_words(approval: PolicyApproval | None) -> str:
    """Who signed the policy of the release."""
    if approval is None:
        return "not recorded"
    if approval.by_examples:
        return "nobody: profile and floor carry the example signatures they were shipped with"
    profile, floor = ", ".join(approval.profile_signed_by), ", ".join(approval.floor_signed_by)
    return (
        f"profile version {approval.profile_version} signed by {profile};"
        f" floor version {approval.floor_version} signed by {floor}"
    )


def why_allowed(profile: RecipientProfile, scope: AuthorityScope | None = None) -> str:
    """The legal ground of the release, as the profile has it."""
    if scope is not None:
        return (
            f"The recipient is outside DHS, DOS and DOJ. The release rests on {scope.words}: it goes further than the"
            " floor, for the rows and columns which that exception covers and no others."
        )
    if profile.is_outside:
        return (
            "The recipient is outside DHS, DOS and DOJ, and no exception of 8 U.S.C. § 1367(b) is used. It may"
            " receive nothing that relates to a protected person. What the columns below underwent, and the checks"
            " that followed, are what make the release permissible."
        )
    department = (profile.organization.inside or "").upper()
    return (
        f"The recipient's people are sworn officers or employees of {department}. 8 U.S.C. § 1367(a)(2) lets"
        " information about protected people reach them for a legitimate agency purpose."
    )
