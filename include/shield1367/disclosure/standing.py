"""Whether a recipient may be given anything today: everything about it that can lapse, checked before any row.

Called when a release is planned and again at the gate, so that what was revoked in between stops it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shield1367.config.authorities import Authority, Consequence, refusals
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.config.recipient.denied import DENIED_TYPES, endpoint_faults
from shield1367.config.signatures import FLOOR, UnsignedPolicyError, subject_of
from shield1367.errors import TerminalError

# Two different people for whatever gives anybody more: the floor binds everyone, so it always needs two.
_FOR_FLOOR = 2
_FOR_MORE = 2
_FOR_PROFILE = 1


class RefusedError(TerminalError):
    """Error raised when a profile may not release at present: expired, not yet begun, or hard-denied."""

    code = "E502"


class AuthorityRefusedError(TerminalError):
    """Error raised when the cited exception does not carry a release: names paragraph and missing item."""

    code = "E507"


@dataclass(frozen=True, slots=True)
class Approved:
    """Who signed what a release rests on.

    Attributes:
        profile: ids of the approvers of the profile; *floor* of ``fields.yaml``.
        by_examples: whether they are the example keys, which nobody holds.
    """

    profile: tuple[str, ...]
    floor: tuple[str, ...]
    by_examples: bool


def require_standing(project: Project, profile: RecipientProfile, on: date) -> Approved:
    """Check everything that can keep *profile* from receiving on a day.

    Raises:
        RefusedError: something has expired or not begun, or the hard-deny list names the recipient.
        UnsignedPolicyError: profile or floor lack a signature.
        AuthorityRefusedError: the cited exception does not carry.
    """
    if reasons := list(lapses(profile, on)):
        raise RefusedError(
            f"{profile.recipient} may not receive anything on {on}: {'; '.join(reasons)}.",
            mend="renew the papers and their dates in the profile and have it signed again; until then nothing"
            " is released.",
        )
    approved = require_signatures(project, profile, on)
    authority = project.authority_of(profile)
    if authority is not None:
        _require_authority(profile, authority, on)
    elif profile.tables is not None:
        raise AuthorityRefusedError(
            f"{profile.recipient} gets tables, and cites no exception.",
            mend="cite one under § 1367(b)(1), with its disclosure review, or remove the tables (R-17).",
        )
    return approved


def require_signatures(project: Project, profile: RecipientProfile, on: date) -> Approved:
    """Check that the floor and the profile, with the authority it cites, are signed by enough approvers.

    Raises:
        UnsignedPolicyError: one of them is not.
    """
    seals = project.seals
    floor = seals.require(FLOOR, project.fields.content_hash(), needed=_FOR_FLOOR, on=on)
    mine = seals.require(
        subject_of(profile.recipient), project.policy_hash(profile), needed=signers_needed(profile), on=on
    )
    return Approved(mine, floor, seals.approvers.are_examples)


def is_signed(project: Project, profile: RecipientProfile, on: date) -> bool:
    """Whether floor and profile are signed by enough approvers, so that they are policy and no draft."""
    try:
        require_signatures(project, profile, on)
    except UnsignedPolicyError:
        return False
    return True


def signers_needed(profile: RecipientProfile | None) -> int:
    """How many different approvers a profile needs; without one, the floor."""
    if profile is None:
        return _FOR_FLOOR
    return _FOR_MORE if profile.loosens else _FOR_PROFILE


def lapses(profile: RecipientProfile, on: date) -> Iterator[str]:
    """What keeps a profile from receiving on a day, in words: papers that expired or have not begun."""
    organization, effective = profile.organization, profile.effective
    if why := DENIED_TYPES.get(organization.type):
        yield f"{organization.type} is on the hard-deny list, which nothing overrides ({why})"
    if on < effective.begins:
        yield f"the profile is effective from {effective.begins} on"
    if effective.expires < on:
        yield f"the profile expired on {effective.expires}"
    if profile.agreement.expires < on:
        yield f"the agreement {profile.agreement.reference} expired on {profile.agreement.expires}"
    yield from organization.lapsed(on)
    if profile.uncounted and (fault := profile.uncounted.fault(on)):
        yield f"uncounted {fault}"
    for agency, paper in profile.third_agency.items():
        if fault := paper.fault(on):
            yield f"third_agency.{agency} {fault}"
    for key, message in endpoint_faults(profile.delivery.url, organization.endpoints):
        yield f"{key} {message}"


def _require_authority(profile: RecipientProfile, authority: Authority, on: date) -> None:
    missing = [str(refusal) for refusal in refusals(authority, on)]
    if missing:
        raise AuthorityRefusedError(
            f"authority {profile.authority} does not carry a release to {profile.recipient} on {on}:"
            f" {'; '.join(missing)}.",
            mend="obtain what is missing and record it in authorities.yaml, then have the profile signed again.",
        )
    if authority.CONSEQUENCE is Consequence.AGGREGATES and profile.tables is None:
        raise AuthorityRefusedError(
            f"{authority.NAME} permits tabulations only, and the datasets of {profile.recipient} are rows.",
            mend="no row leaves under this exception; declare `tables` in the profile.",
        )
    if authority.CONSEQUENCE is not Consequence.AGGREGATES and profile.tables is not None:
        raise AuthorityRefusedError(
            f"{authority.NAME} permits rows, and {profile.recipient} gets tables.",
            mend="cite an exception under § 1367(b)(1), or remove the tables from the profile.",
        )
