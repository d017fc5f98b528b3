"""Self-contained HTML pages: everything inline, nothing fetched, nothing executed."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """Render a template of this package; every value is escaped, an unknown name is an error."""
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    page = _environment().get_template(template)
    # Our own style sheet, in a place where CSS is not escaped.
    return page.render(style=Markup(style), csp=_policy(style), **values) + "\n"  # noqa: S704


def _policy(style: str) -> str:
    """Content security policy that allows this one style sheet, by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment
