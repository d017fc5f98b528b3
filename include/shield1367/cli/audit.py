"""``shield1367 audit``."""

from __future__ import annotations

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.cli.site import HomeOption, ReleaseArgument, open_site
from shield1367.pipeline import audit_release
from shield1367.storage import folder_at_hand, location

# What a person reads; the rest only repeats that the release must not go.
_SHOWN = 20


def audit(
    folder: ReleaseArgument,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search a finished release, as bytes, for everybody the registry shields.

    The search shares no code with the redaction. It prints where something was found and a keyed
    fingerprint, never what.

    Example: shield1367 audit var/released/state-university-research/r-0123456789abcdef0123
    """
    site = open_site(home)
    with folder_at_hand(location(folder)) as release:
        report = audit_release(site, release)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        for finding in report.findings[:_SHOWN]:
            row = None if finding.row is None else f"row {finding.row}"
            place = ", ".join(part for part in (finding.file, row, finding.column) if part)
            whose = f" ({finding.fingerprint})" if finding.fingerprint else ""
            console.print(f"[red]✗[/] {finding.kind} in {escape(place)}{whose}", soft_wrap=True)
        if report.findings_total > _SHOWN:
            console.print(f"… and {report.findings_total - _SHOWN:,} more; --json lists them.")
        verdict = "[green]nothing found[/]" if report.passed else "[bold red]does not pass[/]"
        console.print(
            f"{verdict}: {report.files} files, {report.cells:,} cells,"
            f" {report.identifiers_searched:,} identifiers searched"
        )
    if not report.passed:
        raise typer.Exit(REFUSED)
