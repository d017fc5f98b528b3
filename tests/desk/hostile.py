"""A home in which every field that a source, a recipient's paper or a person fills says something hostile."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request

from shield1367.config.lookback import load_lookback
from shield1367.config.recipient import Membership
from shield1367.config.recipient.terms import Approval
from shield1367.desk.access import Account
from shield1367.desk.app import create_app
from shield1367.desk.sampling import Sample, Sampled, Samples
from shield1367.desk.settings import DeskSettings
from shield1367.desk.site import DeskSite
from shield1367.desk.stretches import Masked
from shield1367.intake.reasons import Reason
from shield1367.intake.receipt import BatchReceipt, FileReceipt, Refusal
from shield1367.lookback.notices import draft
from shield1367.lookback.record import CaseBook
from shield1367.release import approval
from shield1367.release.ledger import (
    CaseStep,
    Disclosure,
    Exposed,
    Ledger,
    NoticeForm,
    Trigger,
    digest_of_people,
)
from shield1367.release.manifest import MANIFEST
from shield1367.release.signing import Signer
from shield1367.storage import write_json
from tests.desk.desks import COUNTY, PEOPLE, SECRET
from tests.desk.everything import Address
from tests.desk.test_catalogue import entry
from tests.protection.site import Desk, encounter

# What a template that calculates would show; too long to be in a pseudonym by chance.
PRODUCT = str(79019 * 80021)
STRINGS = (
    "</td></title><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(0)",
    "'; DROP TABLE release; --",
    "{{ 79019 * 80021 }}{% raw %}",
    "../../../etc/passwd",
    "javascript:alert(1)",
    "\u202e\r\nSet-Cookie: a=b",
)
EVERYTHING = "=" + " ".join(STRINGS)
# As a folder can be called.
NAME = EVERYTHING.replace("/", "")
PLAIN, WAITING, HELD, SAMPLED = entry(1).release_id, "r-asked", "r-held", entry(3).release_id
# Of a source that has no contract any more, and of one that has.
BATCHES = ((NAME, NAME), ("enforcement", NAME), ("enforcement", "b9"))


def home(folder: Path) -> Desk:
    """The home, and what opens it."""
    desk = Desk.at(folder)
    rows = [encounter(1, information_source="ABUSER", site_code=EVERYTHING.replace("\r\n", "").replace("|", ""),
                      apprehension_landmark_descr="WOMENS SHELTER", narrative="x")]  # fmt: skip
    desk.deliver("enforcement", {"encounters": rows})
    desk.judge()
    _ledger(desk)
    _folders(desk)
    _receipts(desk)
    text = Sampled(text=EVERYTHING, scrubbed=EVERYTHING, people=(EVERYTHING,),
                   spans=(Masked(start=1, end=9, entity=EVERYTHING, rule=f"known.{EVERYTHING}"),))  # fmt: skip
    drawn = {
        "drawn_at": "2026-03-01T00:00:00+00:00",
        "drawn_by": EVERYTHING,
        "narratives": 1,
        "texts": (text,),
    }
    Samples(desk.home, desk.keys)._keep(Sample.model_validate({"release_id": SAMPLED, **drawn}))
    return desk


def _ledger(desk: Desk) -> None:
    words = {
        name: EVERYTHING
        for name, field in Disclosure.model_fields.items()
        if field.annotation is str and name not in ("release_id", "recorded_at", "recipient", "known_at")
    }
    # Of nobody, as they are recorded: the account of a month walks the ledger, and would find it changed.
    words["people"] = digest_of_people(())
    several: dict[str, object] = {
        "approved_by": (EVERYTHING,),
        "approvals": (EVERYTHING,),
        "spans": {EVERYTHING: 1},
    }
    signer = Signer.of(desk.home, desk.keys)
    entries = [
        entry(1).model_copy(update=words | several),
        entry(2).model_copy(update=words | several | {"release_id": EVERYTHING, "recipient": EVERYTHING}),
        entry(3).model_copy(update=words | several | {"narratives": 1}),
    ]
    Ledger(desk.home).record_all([(one, ()) for one in entries], signer)
    book = CaseBook(desk.home, Ledger(desk.home), signer)
    exposed = Exposed(
        release_id=EVERYTHING, trigger=Trigger.PROTECTION, released_at="2026-03-01T06:00:00", people=1,
        membership=Membership.WITHHELD, columns=(EVERYTHING,), findings={EVERYTHING: 1},
    )  # fmt: skip
    book.found(EVERYTHING, [exposed], {"pair"})
    for form in NoticeForm:
        draft(desk.home, book.get("case-1"), form, load_lookback())


def _folders(desk: Desk) -> None:
    released = desk.home.released / COUNTY / PLAIN
    manifest = {
        "schema_version": 1, "release_id": PLAIN, "recipient": COUNTY, "membership": "withheld",
        "policy": dict.fromkeys(("profile", "fields", "benefits", "text"), EVERYTHING)
        | {"contracts": {EVERYTHING: EVERYTHING}},
        "approval": None, "approved": [EVERYTHING], "authority": EVERYTHING,
        "retention": {"days": 1, "then": "destroy"},
        "tables": {}, "inputs": {EVERYTHING: [EVERYTHING]}, "rows": {EVERYTHING: 1}, "banner": EVERYTHING,
        "files": [{"path": EVERYTHING, "bytes": 1, "sha256": EVERYTHING, "rows": 1}],
        **dict.fromkeys(("organization", "purpose", "agreement", "as_of", "library_version"), EVERYTHING),
        **dict.fromkeys(("validation", "audit"), EVERYTHING),
    }  # fmt: skip
    write_json(released / MANIFEST, manifest)
    for name in ("dossier.html", "validation.html"):
        (released / name).write_text(f"<p>{EVERYTHING}")
    for name in (HELD, NAME):
        write_json(
            desk.home.held / COUNTY / name / "held.json", {"failures": [EVERYTHING, f"audit: {EVERYTHING}"]}
        )
    for name in (WAITING, f"{NAME}-asked"):
        work = desk.home.work / COUNTY / name
        work.mkdir(parents=True)
        asked = Approval(required=True, approvers=("bo",), within="72h")
        approval.ask(work, asked, release_id=WAITING, recipient=COUNTY, digest=EVERYTHING, by=EVERYTHING)


def _receipts(desk: Desk) -> None:
    refusals = [Refusal(file=EVERYTHING, reason=reason, row=1, column=EVERYTHING) for reason in Reason]
    for source, batch in BATCHES:
        BatchReceipt(
            source=source, batch=batch, digest="0", contract="0", parts={}, refusals=tuple(refusals),
            invalid={EVERYTHING: 1}, missing_columns={EVERYTHING: (EVERYTHING,)},
            files=(FileReceipt(name=EVERYTHING, dataset=EVERYTHING, rows=9, staged=7, quarantined=2),),
        ).write(desk.home)  # fmt: skip


def app(desk: Desk) -> FastAPI:
    """The desk of the home; profiles and names of users are hostile too."""
    profile = desk.project.recipients[COUNTY]
    changed = profile.model_copy(
        update={
            "title": EVERYTHING,
            "organization": profile.organization.model_copy(
                update={"name": EVERYTHING, "address": EVERYTHING}
            ),
            "agreement": profile.agreement.model_copy(update={"reference": EVERYTHING}),
        }
    )
    project = replace(desk.project, recipients={**desk.project.recipients, COUNTY: changed})
    people: dict[str, object] = {f"{name}{EVERYTHING}": {"roles": [role]} for name, role in PEOPLE.items()}
    people[f"analyst{EVERYTHING}"] = {"roles": ["analyst"], "recipients": [COUNTY]}
    settings = DeskSettings.model_validate({"people": people})
    site = DeskSite(
        desk.home,
        load_keys=lambda _: desk.keys,
        load_project=lambda: project,
        load_settings=lambda: settings,
    )

    async def identify(request: Request) -> Account:
        return Account(f"{request.headers['x-user']}{EVERYTHING}", signed_in_at=time.time())

    return create_app(site, identify=identify, secret=SECRET)


def addresses() -> list[Address]:
    """Every page with what is in the home, and with hostile words where an address takes words."""
    releases = (PLAIN, WAITING, HELD, SAMPLED, NAME, EVERYTHING)
    asked = ("q", "recipient", "state", "order", "number", "document", "show", "month", "notice")
    pages = [
        "/",
        "/recipients",
        "/who-received",
        "/lookback",
        "/safeguards",
        "/quarantine",
        "/quality",
        "/accounts",
    ]
    pages += ["/lookback/case-1", f"/recipients/{COUNTY}", f"/recipients/{COUNTY}/preview"]
    pages += [f"/releases/{_segment(name)}" for name in releases]
    pages += [f"/quality/{_segment(name)}" for name in releases]
    pages += [f"/quarantine/{_segment(source)}/{_segment(batch)}" for source, batch in BATCHES]
    gets = [
        *pages,
        *(f"{page}?{urlencode(dict.fromkeys(asked, EVERYTHING))}" for page in pages),
        *(f"{page}?show=all" for page in ("/lookback", "/safeguards")),
        *(f"/lookback/case-1/notices/{form}" for form in NoticeForm),
        *(f"/releases/{PLAIN}/documents/{name}" for name in ("dossier", _segment(EVERYTHING))),
        f"/recipients/{_segment(EVERYTHING)}",
        f"/lookback/{_segment(EVERYTHING)}",
        f"/accounts/{_segment(EVERYTHING)}/page",
    ]
    posts = [
        "/accounts", "/who-received", f"/releases/{PLAIN}/verify", f"/releases/{_segment(EVERYTHING)}/verify",
        f"/quality/{SAMPLED}/narratives/1", f"/quality/{SAMPLED}/narratives/1/marks", f"/quality/{SAMPLED}/draw",
        *(f"/lookback/case-1/{step}" for step in ("draft", *CaseStep, _segment(EVERYTHING))),
    ]  # fmt: skip
    return [Address("GET", "", path) for path in gets] + [Address("POST", "", path) for path in posts]


def _segment(name: str) -> str:
    return quote(name, safe="")
