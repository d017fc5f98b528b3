"""docker-compose.yaml as Compose reads it: anchors merged, variables filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]

_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<rule>:[-?])(?P<rest>[^}]*))?\})")


@dataclass(frozen=True)
class ComposeFile:
    """The whole file after interpolation, and its services by name."""

    content: dict[str, Any]

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """Service name to its settings."""
        return dict(self.content["services"])


def read_compose(project: Path = PROJECT, changed: Mapping[str, str] | None = None) -> ComposeFile:
    """The file with the variables of ``.env.example``, which are what a newcomer starts with, and those *changed*."""
    lines = (project / ".env.example").read_text().splitlines()
    variables = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    content = yaml.safe_load((project / "docker-compose.yaml").read_text())
    return ComposeFile(interpolate(content, variables | dict(changed or {})))


def image_environment(project: Path = PROJECT) -> dict[str, str]:
    """The ``ENV`` of the Dockerfile's last stage."""
    last = (project / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1].replace("\\\n", " ")
    statements = re.findall(r"^ENV (.+)$", last, re.MULTILINE)
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(statements)))


def interpolate(value: Any, variables: Mapping[str, str]) -> Any:
    """Replace ``${NAME}``, ``${NAME:-default}``, ``${NAME:?message}`` and ``$$`` as Compose does.

    Raises:
        KeyError: a variable that must be given is not.
    """
    if isinstance(value, dict):
        return {key: interpolate(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolate(item, variables) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        if given := variables.get(match["name"]):
            return given
        if match["rule"] == ":?":
            raise KeyError(match["name"])
        return match["rest"] or ""

    return _VARIABLE.sub(replace, value)
