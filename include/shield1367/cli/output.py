"""How every subcommand speaks: tables for people, JSON for programs, errors that end with a mend."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

# Exit codes: 0 done, 1 refused (and said why), 2 wrong usage.
REFUSED = 1


def print_json(content: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n")
