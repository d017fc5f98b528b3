"""``shield1367 keys``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.key_file import LimitedKeys
from shield1367.desk.limited import DeskKeys
from shield1367.home import Home
from shield1367.intake.limited import IntakeKeys
from shield1367.keys import read_key_file
from shield1367.protection.registry.rotate import rotate as rotate_keys
from shield1367.redaction.limited import RedactionKeys
from shield1367.release.signing import Signer, rotate_signing_key
from shield1367.storage import write_bytes

app = typer.Typer(
    help="The keys that values are sealed with, and that releases are signed with.\n\nExample: shield1367 keys rotate",
    no_args_is_help=True,
)


@app.command()
def rotate(
    new_key_file: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File with the key to be handed in from now on, in base64."
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seal everything in the registry, in quarantine, of quality sampling and of tabulations with a new key.

    Pause the DAGs first: a task that began before cannot open what is sealed with the new key, and fails.
    A rotation that was interrupted is run again. Who is protected, fingerprints and pseudonyms stay as
    they are, and so does what has been released.

    To replace the key that is handed in as well (SHIELD1367_KEY, SHIELD1367_KEY_FILE, or keys/master.key
    under the home): give it with --new-key-file, put it in the old one's place everywhere, and rotate once
    more without the option. The old key opens the home until that second rotation.

    A key for redaction alone (`shield1367 keys redaction`) is made anew afterwards, which shuts out the one before.

    Back up keys/ring.json under the home together with the key handed in: one is nothing without the other.

    Example: shield1367 keys rotate
    """
    new_key = read_key_file(new_key_file) if new_key_file else None
    folders = Home(root=(home or Path("var")).resolve())
    done = rotate_keys(folders, new_key=new_key)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    console.print(
        f"{done.values:,} values, {done.quarantined:,} rows in quarantine and {done.files:,} sealed files"
        f" are sealed with key {done.key} now."
    )
    console.print(
        "Where workers have a key for redaction alone, make it anew: `shield1367 keys redaction --out FILE`."
        " The one they have does not open what is planned from now on.",
        soft_wrap=True,
    )
    if new_key is not None:
        console.print(
            "Hand in the new key everywhere, then run `shield1367 keys rotate` once more:"
            " until then the old one opens the home too."
        )
    elif done.keys_that_open > 1:
        console.print("A newer key may be handed in already; rotate with that one to shut this one out.")


@app.command()
def public(
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the public keys (PEM) into this file.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the key that releases and the ledger are signed with, and export the public half.

    Give recipients file and id by another way than the releases: that is what they verify against.

    Example: shield1367 keys public --out release-keys.pem
    """
    site = open_site(home)
    _show(Signer.of(site.home, site.keys), out, as_json=as_json)


_LIMITED: dict[type[LimitedKeys], str] = {
    DeskKeys: """Derive a key for a desk whose server shall not have the master key.

    With it *Who received* and *Safeguards* answer; it opens no name, makes no pseudonym and signs nothing.
    Hand it to Airflow's API server, which is told of it by SHIELD1367_DESK_KEY_FILE. A rotation leaves it as it is.

    Example: shield1367 keys desk --out desk_key
    """,
    IntakeKeys: """Derive a key for workers that take in and do nothing else.

    With it they seal the rows they refuse; it opens no registry, makes no pseudonym and signs nothing. Hand it to
    the workers of the queue intake, which are told of it by SHIELD1367_INTAKE_KEY_FILE. A rotation leaves it as it is.

    Example: shield1367 keys intake --out intake_key
    """,
    RedactionKeys: """Derive a key for workers that redact and do nothing else.

    With it they open what a planned release hands over to them; it opens no registry and no ledger, and signs and seals
    nothing. Hand it to the workers of the queue redact, which are told of it by SHIELD1367_REDACTION_KEY_FILE.
    Make it anew after every rotation: what is planned from then on does not open with an older one.

    Example: shield1367 keys redaction --out redaction_key
    """,
}


def _add(kind: type[LimitedKeys], told: str) -> None:
    @app.command(kind.NAME, help=told)
    def limited(
        out: Annotated[Path, typer.Option(dir_okay=False, help="Write the key into this file.")],
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        written = kind.write(open_site(home).keys, out)
        if as_json:
            print_json({"written": str(written)})
            return
        console.print(f"The key of the {kind.NAME} is in {written}.", soft_wrap=True)


for _kind, _told in _LIMITED.items():
    _add(_kind, _told)


@app.command("rotate-signing")
def rotate_signing(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Sign releases and ledger with a new key from now on; what was signed before still verifies.

    Send the new public key to every recipient. Back up keys/signing.json with the other keys.

    Example: shield1367 keys rotate-signing
    """
    site = open_site(home)
    _show(rotate_signing_key(site.home, site.keys), None, as_json=as_json)


def _show(signer: Signer, out: Path | None, *, as_json: bool) -> None:
    if out:
        write_bytes(out, signer.pem())
    if as_json:
        print_json(
            {"key": signer.key_id, "earlier": list(signer.public_keys())[:-1], "pem": signer.pem().decode()}
        )
        return
    console.print(f"Releases are signed with key {signer.key_id}.", soft_wrap=True)
    console.print(
        f"The public keys are in {out}." if out else signer.pem().decode(), soft_wrap=True, markup=False
    )
