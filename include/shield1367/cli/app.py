"""The command's entry point."""

from __future__ import annotations

import sys

import typer
from rich.markup import escape

import shield1367
from shield1367.cli import (
    approve,
    audit,
    backup,
    canaries,
    check,
    explain,
    generate,
    keys,
    ledger,
    lookback,
    metrics,
    onboard,
    policy,
    policy_diff,
    preview,
    quality,
    quarantine,
    run,
    safeguards,
    scrub,
    verify,
)
from shield1367.cli.output import REFUSED, errors
from shield1367.errors import Shield1367Error, UnexpectedError

app = typer.Typer(
    name="shield1367",
    help="Share case data without exposing people whom 8 U.S.C. § 1367 protects.",
    no_args_is_help=True,
    # A pretty traceback shows source lines and, on request, the values in them.
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("generate")(generate.generate)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("onboard")(onboard.onboard)
app.command("preview")(preview.preview)
app.command("explain")(explain.explain)
app.command("approve")(approve.approve)
app.command("audit")(audit.audit)
app.command("verify")(verify.verify)
app.command("metrics")(metrics.metrics)
app.add_typer(canaries.app, name="canaries")
app.add_typer(ledger.app, name="ledger")
app.add_typer(lookback.app, name="lookback")
app.add_typer(quality.app, name="quality")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(safeguards.app, name="safeguards")
app.command("scrub")(scrub.scrub)
app.add_typer(keys.app, name="keys")
policy.app.command("diff")(policy_diff.diff)
app.add_typer(policy.app, name="policy")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Show the version and leave.", is_eager=True),
) -> None:
    if version:
        typer.echo(f"shield1367 {shield1367.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command: exit code 0 done, 1 refused (said why), 2 wrong usage.

    Typer itself answers wrong usage, ``typer.Exit`` and Ctrl-C.
    """
    try:
        app(prog_name="shield1367")
    except Shield1367Error as error:
        _refuse(error)
    except Exception as error:  # noqa: BLE001  # a foreign message may quote case data
        _refuse(UnexpectedError.of(error))


def _refuse(error: Shield1367Error) -> None:
    errors.print(f"[bold red]{error.code}[/] {escape(error.message)}", soft_wrap=True)
    errors.print(f"Mend: {escape(error.mend)}", soft_wrap=True)
    sys.exit(REFUSED)
