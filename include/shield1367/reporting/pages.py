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

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """Render a template of this package; every value is escaped, an unknown name is an error."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    page = _environment().get_template(template)
    # Our own style sheet, in a place where CSS is not escaped.
    return page.render(style=Markup(style), csp=_policy(style), **values) + "\n"  # noqa: S704


def _policy(style: str) -> str:
    """Content security policy that allows this one style sheet, by its hash, and nothing else."""
    return f"default-src 'none'; style-src {policy_source(style)}; base-uri 'none'; form-action 'none'"


def policy_source(style: str) -> str:
    """How a content security policy names one style sheet, by its hash."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def environment_of(folder: Path) -> Environment:
    """The templates of a folder, as every page of ours is made: all escaped, an unknown name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment_of(TEMPLATES)
