"""Planning one release: what the recipient gets of what is staged, under today's registry."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import shield1367
from shield1367.config.contract import Column, Dataset
from shield1367.config.fields import Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.disclosure.covered import scope_of
from shield1367.disclosure.notices import safeguards_hash
from shield1367.disclosure.partitions import Sizing, parts_of
from shield1367.disclosure.plan import (
    ColumnPlan,
    DatasetPlan,
    PartPlan,
    PolicyApproval,
    PolicyHashes,
    ReleasePlan,
)
from shield1367.disclosure.scope import AuthorityScope, treatment_under
from shield1367.disclosure.standing import require_standing
from shield1367.disclosure.uncounted import unaccepted, uncounted
from shield1367.errors import TerminalError, UnsettledError
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys
from shield1367.protection.evaluate import decided_at, judged_at, unevaluated
from shield1367.protection.links import links_path
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.rows import SOURCE
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.snapshot import digest_of

PERSON = "person"
STATUS = "protection_status"
BANNER_COLUMN = "protection_banner"
NOTICE_COLUMN = "source_notice"


class UnknownRecipientError(TerminalError):
    """Error raised for a recipient without a profile; nobody else may receive anything (R-02)."""

    code = "E501"


class StaleRegistryError(UnsettledError):
    """Error raised when staged data has not been judged, or too long ago: evaluate at export time (R-09)."""

    code = "E503"


class NothingStagedError(TerminalError):
    """Error raised when none of the profile's datasets has staged data."""

    code = "E504"


def profile_of(project: Project, recipient: str) -> RecipientProfile:
    """The profile of a recipient.

    Raises:
        UnknownRecipientError: there is none.
    """
    if recipient not in project.recipients:
        raise UnknownRecipientError(
            f"there is no profile for recipient {recipient!r}.",
            mend=f"use one of {', '.join(sorted(project.recipients))}, or write"
            f" include/config/recipients/{recipient}.yaml.",
        )
    return project.recipients[recipient]


def make_plan(
    home: Home,
    keys: Keys,
    project: Project,
    recipient: str,
    *,
    as_of: date | None = None,
    sizing: Sizing | None = None,
) -> ReleasePlan:
    """Plan a release of everything staged that the profile names.

    Args:
        as_of: the day protection is judged for; by default today, in UTC.
        sizing: how large its partitions are; by default as the environment says.

    Raises:
        UnknownRecipientError: the recipient has no profile.
        RefusedError: the agreement, the profile or a paper of theirs has expired.
        UnsignedPolicyError: the profile or the floor lacks a signature.
        AuthorityRefusedError: the exception of § 1367(b) that the profile cites does not carry.
        StaleRegistryError: the registry has not judged everything staged.
        NothingStagedError: there is nothing to release.
    """
    profile = profile_of(project, recipient)
    as_of = as_of or datetime.now(UTC).date()
    approved = require_standing(project, profile, as_of)
    registry = Registry(home, keys)
    if waiting := unevaluated(home, registry, project):
        raise StaleRegistryError(
            f"{len(waiting)} staged batch(es) have not been judged: {', '.join(waiting[:5])}.",
            mend="run the protect stage, then plan again.",
        )
    # Read before the answers: that they know more than this says would only make look-back ask too often.
    known_at = decided_at(registry)
    answers = digest_of(registry, as_of)
    scope = scope_of(project, profile, registry)
    datasets = _datasets(home, project, profile, scope, sizing or Sizing.from_environment())
    if not datasets:
        raise NothingStagedError(
            f"nothing is staged for {recipient} ({', '.join(profile.datasets)}).",
            mend="deliver a batch to the landing zone and run its intake first.",
        )
    require_fresh_registry(registry, project)
    hashes = _hashes(project, profile, answers, Verifications(home, keys))
    return ReleasePlan(
        release_id=_release_id(keys, profile, datasets, hashes),
        recipient=recipient,
        membership=profile.membership,
        outside=profile.is_outside,
        as_of=as_of.isoformat(),
        known_at=known_at,
        library_version=shield1367.__version__,
        hashes=hashes,
        approval=PolicyApproval(
            profile_version=profile.version,
            profile_signed_by=approved.profile,
            floor_version=project.fields.version,
            floor_signed_by=approved.floor,
            by_examples=approved.by_examples,
        ),
        scope=scope,
        pseudonym_series=profile.pseudonym_series,
        tables=profile.tables,
        uncounted=uncounted(project, profile, (column for dataset in datasets for column in dataset.columns)),
        datasets=datasets,
    )


def require_fresh_registry(registry: Registry, project: Project) -> None:
    """Check that protection was judged lately enough for anybody to rely on (R-09).

    Raises:
        StaleRegistryError: it was not, or never.
    """
    limit = timedelta(hours=project.fields.registry_max_age_hours)
    judged = judged_at(registry)
    # A time to come says that a clock was set: how old the answer is, nobody knows.
    if judged is None or abs(datetime.now(UTC) - judged) > limit:
        raise StaleRegistryError(
            f"protection was last judged {judged.isoformat(timespec='minutes') if judged else 'never'}; the"
            f" floor allows {project.fields.registry_max_age_hours} hours (R-09).",
            mend="run the protect stage, then plan again.",
        )


def _datasets(
    home: Home, project: Project, profile: RecipientProfile, scope: AuthorityScope | None, sizing: Sizing
) -> tuple[DatasetPlan, ...]:
    planned, index = [], 0
    for name in profile.datasets:
        source, _, dataset_name = name.partition(".")
        staged = [
            part for receipt in list_receipts(home, source) for part in receipt.parts.get(dataset_name, ())
        ]
        if not staged:
            continue
        dataset = project.contracts[source].datasets[dataset_name]
        # Of tabulated datasets no column goes.
        columns = () if profile.tables else plan_columns(project, profile, dataset, scope)
        scrubbed = {column.name for column in columns if column.is_released and column.scrubs}
        parts: list[PartPlan] = []
        for part in staged:
            whole = PartPlan(
                index=index + len(parts),
                staged=part.path,
                links=links_path(part.path),
                rows=part.rows,
                sha256=part.sha256,
            )
            parts += parts_of(home, whole, scrubbed, sizing)
        index += len(parts)
        planned.append(
            DatasetPlan(
                source=source,
                dataset=dataset_name,
                title=dataset.title,
                columns=columns,
                key=dataset.key,
                parts=tuple(parts),
            )
        )
    return tuple(planned)


def plan_columns(
    project: Project, profile: RecipientProfile, dataset: Dataset, scope: AuthorityScope | None = None
) -> tuple[ColumnPlan, ...]:
    """Every column of the contract with its treatment, and the columns the release adds."""
    roles = {column: role for role, columns in dataset.people.items() for column in columns.values()}
    columns = [
        _column(project, profile, name, column, roles.get(name), dataset.about, scope)
        for name, column in dataset.columns.items()
    ]
    if dataset.people and PERSON not in dataset.columns:
        kind = project.fields.kinds["person_id"]
        # Inside, too, the person is an opaque id: the registry's own ids never leave the home.
        columns.insert(
            0,
            ColumnPlan(
                name=PERSON,
                kind="person_id",
                category=kind.category,
                title=kind.title,
                treatment=Treatment.PSEUDONYM,
                role=dataset.about,
            ),
        )
    added = []
    if profile.membership is Membership.MARKED:
        added += [
            (STATUS, "status of the row under 8 U.S.C. § 1367"),
            (BANNER_COLUMN, "handling banner of the row"),
        ]
    if not profile.is_outside and dataset.columns_of_kind(SOURCE):
        added.append((NOTICE_COLUMN, "notice on information from a prohibited source"))
    columns += [
        ColumnPlan(
            name=name,
            kind=None,
            category=None,
            title=title,
            treatment=Treatment.KEEP,
            excepted=profile.is_outside,
        )
        for name, title in added
    ]
    return tuple(columns)


def open_kinds(project: Project, profile: RecipientProfile) -> tuple[str, ...]:
    """Field kinds that may find somebody, go to a recipient uncounted, and that no paper of the profile accepts."""
    columns = (
        column
        for source, _, table in (name.partition(".") for name in profile.datasets)
        for column in plan_columns(project, profile, project.contracts[source].datasets[table])
    )
    return unaccepted(profile, uncounted(project, profile, columns))


def _column(
    project: Project,
    profile: RecipientProfile,
    name: str,
    column: Column,
    role: str | None,
    about: str | None,
    scope: AuthorityScope | None,
) -> ColumnPlan:
    fields = project.fields

    def treatment_of(kind: str) -> Treatment:
        plain = profile.treatment_of(kind, fields)
        return treatment_under(scope, kind, plain, fields, about=role in (None, about))

    if column.kind is not None:
        kind = fields.kinds[column.kind]
        return ColumnPlan(
            name=name,
            kind=column.kind,
            category=kind.category,
            title=kind.title,
            treatment=treatment_of(column.kind),
            role=role,
            excepted=treatment_of(column.kind) is not profile.treatment_of(column.kind, fields),
        )
    keys = {key: (kind, treatment_of(kind)) for key, kind in (column.json_keys or {}).items()}
    released = {
        key: pair for key, pair in keys.items() if pair[1] not in (Treatment.DROP, Treatment.WITHHOLD)
    }
    return ColumnPlan(
        name=name,
        kind=None,
        category=None,
        title=f"list of records with {', '.join(released or keys)}",
        treatment=Treatment.KEEP if released else Treatment.DROP,
        json_keys=keys,
        excepted=any(
            treatment_of(kind) is not profile.treatment_of(kind, fields) for kind, _ in keys.values()
        ),
    )


def _hashes(
    project: Project, profile: RecipientProfile, answers: str, verifications: Verifications
) -> PolicyHashes:
    sources = sorted({name.partition(".")[0] for name in profile.datasets})
    authority = project.authority_of(profile)
    return PolicyHashes(
        profile=profile.content_hash(),
        fields=project.fields.content_hash(),
        authority=authority.content_hash() if authority is not None else None,
        benefits=project.benefits.content_hash(),
        contracts={source: project.contracts[source].content_hash() for source in sources},
        text=project.text.content_hash(),
        registry=answers,
        safeguards=None
        if profile.is_outside
        else safeguards_hash(project.safeguards, verifications.digest()),
    )


def _release_id(
    keys: Keys, profile: RecipientProfile, datasets: tuple[DatasetPlan, ...], hashes: PolicyHashes
) -> str:
    """An opaque id: equal for equal inputs, and telling nothing about them."""
    content = json.dumps(
        {
            "version": shield1367.__version__,
            "hashes": hashes.model_dump(mode="json"),
            "datasets": [_identifying(dataset) for dataset in datasets],
        },
        sort_keys=True,
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    return "r-" + keys.fingerprint("release").of(profile.recipient, digest)[:20]


def _identifying(dataset: DatasetPlan) -> dict[str, Any]:
    """What tells the content of one table from another; the same as before files were cut, where none is."""
    content = dataset.model_dump(mode="json", exclude={"kept_out"})
    for part in content["parts"]:
        del part["weight"]
        if part["first"] == 0:
            del part["first"]
    return content
