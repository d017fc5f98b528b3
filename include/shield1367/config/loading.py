"""From a YAML file to a validated model, with every problem named by file and key."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shield1367.errors import ConfigError, Problem

Model = TypeVar("Model", bound="ConfigModel")

# Deeper than any file means to be.
_MAX_DEPTH = 50

DEFAULT_CONFIG = Path(__file__).resolve().parents[2] / "config"


class ConfigModel(BaseModel):
    """Base of every configuration model: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def content_hash(self) -> str:
        """Hex SHA-256 of the settings, equal for equal content whatever the file's layout."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def config_folder() -> Path:
    """``SHIELD1367_CONFIG``, by default the project's own ``include/config``."""
    return Path(os.environ.get("SHIELD1367_CONFIG", DEFAULT_CONFIG))


def load(model: type[Model], path: Path) -> Model:
    """Read *path* as *model*.

    Raises:
        ConfigError: the file is missing, not YAML, or does not fit; all problems are listed.
    """
    return validate(model, read_yaml(path), path)


def validate(model: type[Model], content: object, path: Path) -> Model:
    """What :func:`read_yaml` gave for *path*, as *model*.

    Raises:
        ConfigError: it does not fit; all problems are listed.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError([_problem(path, detail, model) for detail in error.errors()]) from None


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; a key that occurs twice in one mapping is an error, not an overwrite.

    Raises:
        ConfigError: the file is missing, not UTF-8, or not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_depth(text, path)
        # A subclass of SafeLoader: it builds no objects.
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506
    except OSError as error:
        raise ConfigError([Problem(str(path), "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), "", f"is not UTF-8 (byte {error.start})")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ConfigError([Problem(str(path), "", f"is not valid YAML: {error.problem}{where}")]) from None
    except yaml.YAMLError:
        raise ConfigError([Problem(str(path), "", "is not valid YAML")]) from None
    if key := _circle(content):
        raise ConfigError(
            [Problem(str(path), key, "refers to itself by way of an alias (*…); write the values out")]
        )
    return content


def _refuse_depth(text: str, path: Path) -> None:
    """The C parser composes by recursion in C: a file of nothing but brackets would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigError(
                [Problem(str(path), "", f"is nested too deeply (line {line}); write it flatter")]
            )


def _circle(content: object) -> str | None:
    """Where an alias leads back to what it stands in; ``None`` when none does."""
    # The values an alias names are one object wherever they stand: each is looked through once, so that a few
    # lines of aliases to aliases do not take for ever.
    done: set[int] = set()

    def search(node: object, above: tuple[int, ...], key: tuple[str, ...]) -> str | None:
        if not isinstance(node, dict | list):
            return None
        if id(node) in above:
            return ".".join(key)
        if id(node) in done:
            return None
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        for name, value in inner:
            if found := search(value, (*above, id(node)), (*key, str(name))):
                return found
        done.add(id(node))
        return None

    return search(content, (), ())


# The C parser where PyYAML has it: several times faster, and DAG files are parsed again and again.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_SafeLoader):  # type: ignore[valid-type,misc]  # either has the same interface
    """YAML 1.2's idea of booleans, so that the codes NO, Y and the key ``on:`` stay text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.MarkedYAMLError(
                    problem="a key is a list or a mapping", problem_mark=key_node.start_mark
                )
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"key {key!r} occurs twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


_BOOLEAN = "tag:yaml.org,2002:bool"
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_UniqueKeyLoader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$", re.IGNORECASE), list("tTfF"))


def _problem(path: Path, detail: Any, model: type[ConfigModel]) -> Problem:
    key = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"is not a known key{_near(model, detail['loc'])}"
    elif detail["type"] == "missing":
        message = "is missing"
    return Problem(str(path), key, message)


def _near(model: type[BaseModel], loc: Sequence[int | str]) -> str:
    """The key that was probably meant, where the models on the way to it can be told."""
    found: Any = model
    for part in loc[:-1]:
        field = found.model_fields.get(part) if _is_model(found) else None
        found = field.annotation if field is not None else None
    if not _is_model(found):
        return ""
    names = {field.alias or name for name, field in found.model_fields.items()}
    near = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(sorted(names))}"


def _is_model(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)
