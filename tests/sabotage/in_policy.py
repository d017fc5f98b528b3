"""Faults in profiles, contracts, the floor, the registry, the staged data and the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from shield1367 import pipeline
from shield1367.release.ledger import Disclosure, Ledger, digest_of_people, now
from shield1367.release.signing import Signer
from shield1367.storage import read_json, sha256, write_json
from tests.config.signing import sign_folder
from tests.sabotage.scene import COUNTY, UNIVERSITY, After, Fault, Scene

UNSIGNED, CHANGED = "E505 UnsignedPolicyError", "E508 PolicyChangedError"
PROFILE = f"recipients/{COUNTY}.yaml"
_WORDS = (
    *("recorded_at", "recipient", "organization", "address", "authority", "purpose", "agreement"),
    *("nature", "content_digest", "validation", "audit"),
)


def _line(name: str, old: str, new: str) -> Callable[[Scene], None]:
    return lambda scene: scene.edit(name, old, new)


def _signed(change: Callable[[Scene], None]) -> Callable[[Scene], None]:
    def put_in(scene: Scene) -> None:
        change(scene)
        sign_folder(scene.config)
        scene.reload()

    return put_in


def _without_signature(scene: Scene) -> None:
    (scene.config / "recipients" / f"{COUNTY}.sig").unlink()
    scene.reload()


def _one_signature(scene: Scene) -> None:
    path = scene.config / "fields.sig"
    content = read_json(path)
    content["signatures"] = content["signatures"][:1]
    write_json(path, content)
    scene.reload()


def _foreign_signature(scene: Scene) -> None:
    folder = scene.config / "recipients"
    content = read_json(folder / f"{UNIVERSITY}.sig")
    write_json(folder / f"{COUNTY}.sig", content)
    scene.reload()


def _staged_changed(scene: Scene) -> None:
    for file in (scene.home.staged / "detention").rglob("*.parquet"):
        file.write_bytes(file.read_bytes() + b"\0")


def _batch_replaced(scene: Scene) -> None:
    (batch,) = (scene.home.landing / "court").iterdir()
    file = next(batch.glob("cases*.csv"))
    file.write_text(file.read_text(errors="replace") + "\r\n")
    manifest = read_json(batch / "manifest.json")
    for entry in manifest["files"]:
        if entry["name"] == file.name:
            entry["sha256"] = sha256(file)
    write_json(batch / "manifest.json", manifest)
    pipeline.stage(scene.site, "court", batch.name)


def _registry_moved(scene: Scene) -> None:
    """Nobody is protected any more who was when the release was planned."""
    with closing(sqlite3.connect(scene.home.registry / "registry.sqlite")) as connection:
        connection.execute("DELETE FROM protection")
        connection.commit()


def _ledger(statement: str, *triggers: str) -> Callable[[Scene], None]:
    def put_in(scene: Scene) -> None:
        _recorded_before(scene)
        with closing(sqlite3.connect(scene.home.ledger)) as connection:
            for trigger in triggers:
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(statement)
            connection.commit()

    return put_in


def _record(scene: Scene, release_id: str) -> None:
    digest = digest_of_people(())
    words = dict.fromkeys(_WORDS, "as before")
    counts = {"rows_in": 3, "rows_released": 3, "rows_withheld": 0, "narratives": 0}
    entry = Disclosure.model_validate(
        {**words, "recorded_at": now(), **counts, "spans": {}, "people": digest, "release_id": release_id}
    )
    Ledger(scene.home).record(entry, (), Signer.of(scene.home, scene.site.keys))


def _recorded_before(scene: Scene) -> None:
    """Disclosures of other releases, as if they had gone out before."""
    for number in (1, 2):
        _record(scene, f"r-{number:020x}")


def _damaged(scene: Scene) -> None:
    _recorded_before(scene)
    scene.home.ledger.write_bytes(b"no database " * 500)


def _ledger_says_other(scene: Scene) -> None:
    _record(scene, scene.plan.release_id)


def _p(
    name: str,
    part: str,
    check: str,
    put_in: Callable[[Scene], None],
    after: After = After.NOTHING,
    recipient: str = COUNTY,
) -> Fault:
    return Fault(name, part, recipient, after, check, put_in)


POLICY_FAULTS = (
    _p("a profile widened", "profile", UNSIGNED, _line(PROFILE, "narrative: withhold", "narrative: scrub")),
    _p(
        "a table added to a profile", "profile", UNSIGNED, _line(PROFILE, "court.cases]", "court.lead_rider]")
    ),
    _p("protected rows no longer left out", "profile", UNSIGNED, _line(PROFILE, "withheld", "hidden")),
    _p("a signature lost", "profile", UNSIGNED, _without_signature),
    _p("the signature of another profile", "profile", "E201 ConfigError", _foreign_signature),
    _p(
        "a profile changed while a release is made",
        "profile",
        CHANGED,
        _signed(_line(PROFILE, "country: region", "country: drop")),
        After.PLANNED,
    ),
    _p(
        "a profile changed after the checks",
        "profile",
        CHANGED,
        _signed(_line(PROFILE, "days: 730", "days: 9999")),
        After.CHECKED,
    ),
    _p(
        "an agreement that has expired",
        "profile",
        "E502 RefusedError",
        _signed(_line(PROFILE, "MOU-2026-07, expires: 2031-06-30", "MOU-2026-07, expires: 2026-02-01")),
    ),
    _p("the floor signed by one only", "profile", UNSIGNED, _one_signature),
    _p(
        "a registry that moved on while a release is made",
        "registry",
        "E503 StaleRegistryError",
        _registry_moved,
        After.PLANNED,
    ),
    _p(
        "a registry that moved on after the checks",
        "registry",
        "E503 StaleRegistryError",
        _registry_moved,
        After.CHECKED,
    ),
    _p("a staged file changed", "files", "E601 StagedPartChangedError", _staged_changed, After.PLANNED),
    _p("a batch delivered again with other rows", "files", "E303 BatchChangedError", _batch_replaced),
    _p(
        "an entry of the ledger edited",
        "ledger",
        "E801 LedgerBrokenError",
        _ledger(
            "UPDATE disclosure SET entry = replace(entry, 'as before', 'otherwise') WHERE sequence = 1",
            "disclosure_is_final",
        ),
        After.CHECKED,
    ),
    _p(
        "an entry taken out of the ledger",
        "ledger",
        "E801 LedgerBrokenError",
        _ledger("DELETE FROM disclosure WHERE sequence = 1", "disclosure_stays"),
        After.CHECKED,
    ),
    _p(
        "entries of the ledger in another order",
        "ledger",
        "E801 LedgerBrokenError",
        _ledger("UPDATE disclosure SET sequence = 9 WHERE sequence = 1", "disclosure_is_final"),
        After.CHECKED,
    ),
    _p("a ledger that is no database", "ledger", "E801 LedgerBrokenError", _damaged, After.CHECKED),
    _p(
        "a ledger that holds this release with other content",
        "ledger",
        "gate: the ledger holds this release with other content",
        _ledger_says_other,
        After.CHECKED,
    ),
)
