"""What every pass over a planned partition begins and ends with: registry, partition and keys of the plan."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shield1367.config.fields import FieldVocabulary
from shield1367.disclosure.plan import PartPlan, ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError
from shield1367.errors import TerminalError, UnsettledError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import Snapshot, digest_of, take_snapshot
from shield1367.redaction.columns import Treater
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.storage import digest, readable, reported, sha256, write_bytes

# Fingerprints of people in the ledger; another key than the registry's, so that the two do not join.
LEDGER_PURPOSE = "ledger"


class StagedPartChangedError(UnsettledError):
    """Error raised when a staged partition is not the one that was planned."""

    code = "E601"


class PeopleUnreadableError(TerminalError):
    """Error raised when the record of whom a partition holds is not what redaction wrote."""

    code = "E843"


def planned_snapshot(registry: Registry, plan: ReleasePlan) -> Snapshot:
    """The registry's answers for the day of *plan*.

    Raises:
        StaleRegistryError: they are not those the release was planned with.
    """
    snapshot = take_snapshot(registry, date.fromisoformat(plan.as_of))
    _require(snapshot.digest, plan)
    return snapshot


def require_as_planned(registry: Registry, plan: ReleasePlan) -> None:
    """Check that the registry answers as it did when *plan* was made.

    Raises:
        StaleRegistryError: it does not.
    """
    _require(digest_of(registry, date.fromisoformat(plan.as_of)), plan)


def _require(digest: str, plan: ReleasePlan) -> None:
    if digest != plan.hashes.registry:
        raise StaleRegistryError(
            f"the registry has changed since release {plan.release_id} was planned.",
            mend="plan the release again; the new plan gets a new id.",
        )


def planned_part(home: Home, part: PartPlan) -> Path | BytesIO:
    """A staged partition: where it lies, or its bytes when it is in a store.

    Raises:
        StagedPartChangedError: it is not the one that was planned.
    """
    found = readable(home.named(part.staged))
    if (sha256(found) if isinstance(found, Path) else digest(found)) != part.sha256:
        raise StagedPartChangedError(
            f"{part.staged} is not the partition that was planned.",
            mend="run the intake of its batch again, then plan the release again.",
        )
    return found


def pseudonyms_of(keys: Keys, plan: ReleasePlan) -> Pseudonyms:
    """The pseudonyms of a release, or of the series it belongs to."""
    return Pseudonyms(
        keys, recipient=plan.recipient, release_id=plan.release_id, series=plan.pseudonym_series
    )


def treater_of(fields: FieldVocabulary, keys: Keys, plan: ReleasePlan) -> Treater:
    """What treats the columns of a release."""
    return Treater(fields=fields, pseudonyms=pseudonyms_of(keys, plan), as_of=date.fromisoformat(plan.as_of))


def people_purpose(recipient: str, release_id: str) -> str:
    """What the key that seals whom the partitions of a release hold is derived for."""
    return f"people/{recipient}/{release_id}"


def write_people(target: Path, keys: Keys, plan: ReleasePlan, people: Iterable[str]) -> Path:
    """Put everybody a partition holds beside its result *target*, sealed: who redacts cannot ask the ledger."""
    sealed = _sealing(keys, plan).encrypt(json.dumps(sorted(people)).encode(), None)
    return write_bytes(target.with_suffix(".people"), sealed)


def people_in(target: Path, keys: Keys, plan: ReleasePlan) -> set[str]:
    """The ledger's fingerprints of everybody in the partition with the result *target*.

    Raises:
        PeopleUnreadableError: what is there is of another release, or has been changed.
        StorageError: it cannot be read.
    """
    path = target.with_suffix(".people")
    with reported(path, "read"):
        content = path.read_bytes()
    try:
        people = json.loads(_sealing(keys, plan).decrypt(content, None))
    except InvalidTag:
        raise PeopleUnreadableError(
            f"whom {target.name} of release {plan.release_id} holds does not open, or has been changed.",
            mend="delete the work folder of the release and run the export again.",
        ) from None
    ledger = keys.fingerprint(LEDGER_PURPOSE)
    return {ledger.of(person) for person in people}


def _sealing(keys: Keys, plan: ReleasePlan) -> AESSIV:
    # The same people give the same bytes: a partition that is redacted again is the same file.
    return AESSIV(keys.derive(people_purpose(plan.recipient, plan.release_id)))
