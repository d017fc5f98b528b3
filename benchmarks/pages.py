"""The compliance desk: what each page costs the server, with many releases and a long ledger.

``python -m benchmarks.pages [--size small|full] [--json]``. ``full``: 1,000,000 entries of the ledger, 10,000 of them
with a folder, and 500 each of releases held, on their way and waiting for approval, and of open look-back cases;
``small`` 20,000, 500 and 50. The ledger's other entries are all disclosures, which is the worst case for a list of
releases. Beside them lie three real releases.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import Request
from starlette.testclient import TestClient

from benchmarks.ledger import disclosures
from benchmarks.measures import Measure, report
from benchmarks.releases import releases
from shield1367.config.recipient.terms import Approval
from shield1367.desk.access import Account
from shield1367.desk.app import create_app
from shield1367.desk.settings import DeskSettings
from shield1367.desk.site import DeskSite
from shield1367.home import Home
from shield1367.intake.receipt import list_receipts
from shield1367.keys import Keys
from shield1367.lookback.record import CaseBook
from shield1367.release import approval
from shield1367.release.ledger import Exposed, Ledger, Trigger, now
from shield1367.release.publish import HELD
from shield1367.release.signing import Signer
from shield1367.storage import write_json
from shield1367.testing.truth import read_people

SIZES = {"small": (20_000, 500, 50), "full": (1_000_000, 10_000, 500)}
BAR_MILLISECONDS = 300.0
RECIPIENT = "county-analytics"
_WITH_TEXTS = "state-university-research"
TIMES = 9
_APPROVAL = Approval(required=True, approvers=("bo",), within="72h")
_AT_ONCE = 10_000
_SETTINGS = DeskSettings.model_validate(
    {
        "people": {"ada": {"roles": ["compliance", "cleared_reviewer", "engineer"]}},
        "look_ups": {"most": 1_000},
    }
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        home = filled(Path(folder), *SIZES[options.size])
        return report(measured(home), as_json=options.json)


def filled(root: Path, entries: int, folders: int, waiting: int) -> Home:
    """A home with so many entries, of which the last have folders, and as many releases held and on their way."""
    home = Home(root=root)
    signer = Signer.of(home, Keys.load(home))
    for first in range(0, entries, _AT_ONCE):
        Ledger(home).record_all(disclosures(range(first, min(first + _AT_ONCE, entries))), signer)
    for number in range(entries - folders, entries):
        (home.released / RECIPIENT / f"r-{number}").mkdir(parents=True)
    for number in range(waiting):
        write_json(home.held / RECIPIENT / f"r-held{number}" / HELD, {"failures": ["audit: a", "gate: b"]})
        (home.work / RECIPIENT / f"r-work{number}").mkdir(parents=True)
    releases(root, people=30, seed=7)
    exposed = Exposed(release_id="r-1", trigger=Trigger.PROTECTION, released_at=now(), people=3)
    for number in range(waiting):
        work = home.work / RECIPIENT / f"r-asked{number}"
        approval.ask(work, _APPROVAL, release_id=work.name, recipient=RECIPIENT, digest="0" * 64, by="eve")
        CaseBook(home, Ledger(home), signer).found(f"{RECIPIENT}-{number}", [exposed], {f"pair-{number}"})
    return home


def measured(home: Home) -> list[Measure]:
    """The middle of several requests for each page, and what the first one after a start takes."""
    site = _site(home)
    client = TestClient(create_app(site, identify=_ada, secret=b"benchmark"), base_url="http://desk")
    first = _milliseconds(lambda: client.get("/").raise_for_status())
    complete = first + _milliseconds(site.catalogue.wait)
    real = next(iter(sorted((home.released / "crcl-oversight").iterdir()))).name
    number = next(
        p.identifiers["a_number"][0] for p in read_people(home.root / "truth") if p.status == "PROTECTED"
    )
    refused = next(receipt for receipt in list_receipts(home) if receipt.refusals)
    addresses = {
        "releases": "/",
        "releases.last_page": "/?number=99999999",
        "releases.of_one_recipient": f"/?recipient={RECIPIENT}&order=oldest",
        "releases.held": "/?state=held",
        "releases.waiting": "/?state=waiting",
        "releases.recalled": "/?state=recalled",
        "release.waiting": "/releases/r-asked0",
        "cases": "/lookback",
        "case": "/lookback/case-1",
        "accounts": "/accounts",
        "quality": "/quality",
        "releases.searched": "/?q=r-777",
        "releases.nothing_found": "/?q=zz",
        "releases.by_state": "/?order=state",
        "release": f"/releases/{real}",
        "release.dossier": f"/releases/{real}/documents/dossier",
        "release.evidence": f"/releases/{real}/evidence.zip",
        "recipients": "/recipients",
        "recipient": f"/recipients/{RECIPIENT}",
        "preview": f"/recipients/{RECIPIENT}/preview",
        "safeguards": "/safeguards",
        "quarantine": "/quarantine",
        "batch": f"/quarantine/{refused.source}/{refused.batch}",
        "terms": "/terms",
    }
    asks: dict[str, Callable[[], object]] = {
        name: lambda address=address: client.get(address).raise_for_status()
        for name, address in addresses.items()
    }
    asks["verify"] = lambda: _post(client, f"/releases/{real}", f"/releases/{real}/verify", {})
    asks["who_received"] = lambda: _post(client, "/who-received", "/who-received", {"a_number": number})
    texts = next(iter(sorted((home.released / _WITH_TEXTS).iterdir()))).name
    drawing = _milliseconds(
        lambda: _post(client, f"/quality/{texts}", f"/quality/{texts}/draw", {"size": "10"})
    )
    asks["quality.sample"] = lambda: client.get(f"/quality/{texts}").raise_for_status()
    asks["quality.narrative"] = lambda: _post(
        client, f"/quality/{texts}", f"/quality/{texts}/narratives/1", {}
    )
    measures = [
        # Of the newest releases; the list is being completed meanwhile, which counts here too.
        Measure("first page after a start", first, "ms CPU", BAR_MILLISECONDS, "lower"),
        Measure("list complete after a start", complete / 1000, "s CPU"),
        # Reads and scrubs the narratives; a page waits for it only when somebody draws.
        Measure("quality.draw", drawing, "ms CPU"),
    ]
    for name, ask in asks.items():
        cold = _milliseconds(ask)
        middle = statistics.median(_milliseconds(ask) for _ in range(TIMES))
        measures.append(Measure(f"{name}.first", cold, "ms CPU"))
        measures.append(Measure(name, middle, "ms CPU", BAR_MILLISECONDS, "lower"))
    return measures


def _post(client: TestClient, page: str, address: str, fields: dict[str, str]) -> None:
    """Open a page and send its form: what is measured is both together."""
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', client.get(page).text)
    client.post(address, data={"token": token, **fields}).raise_for_status()


def _milliseconds(ask: Callable[[], object]) -> float:
    """Milliseconds of the processor, of all threads: what else runs on the machine does not count."""
    started = time.process_time()
    ask()
    return (time.process_time() - started) * 1000


def _site(home: Home) -> DeskSite:
    return DeskSite(home, load_settings=lambda: _SETTINGS)


async def _ada(request: Request) -> Account:
    return Account("ada", signed_in_at=time.time())


if __name__ == "__main__":
    sys.exit(main())
