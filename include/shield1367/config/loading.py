"""From a YAML file to a validated model, with every problem named by file and key."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

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

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError:
            # Whatever looks like a day or a number is made one: 2026-02-30 cannot be.
            what = "a day of no calendar" if node.tag == _TIMESTAMP else "no number that can be read"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                raise yaml.MarkedYAMLError(
                    problem="the merge key << is not read; write the keys out",
                    problem_mark=key_node.start_mark,
                )
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
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"
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
    elif detail["type"] == "model_type":
        what = "holds no keys" if detail["input"] is None else "is no mapping of keys to values"
        message = f"{what}{_known(_model_at(model, detail['loc']))}"
    return Problem(str(path), key, message)


def _near(model: type[BaseModel], loc: Sequence[int | str]) -> str:
    """The key that was probably meant, where the models on the way to it can be told."""
    found = _model_at(model, loc[:-1])
    near = difflib.get_close_matches(str(loc[-1]), _names(found), n=1)
    return f"; did you mean {near[0]!r}?" if near else _known(found)


def _known(model: type[BaseModel] | None) -> str:
    return f"; known here: {', '.join(sorted(_names(model)))}" if model else ""


def _names(model: type[BaseModel] | None) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} if model else set()


def _model_at(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel] | None:
    """The model that *loc* leads to; ``None`` where it cannot be told."""
    found: Any = model
    for part in loc:
        found = _bare(_inside(found, part))
    return found if _is_model(found) else None


def _inside(found: Any, part: int | str) -> Any:
    """The type of what *part* names: a field, a value of a mapping or list, or the tagged one of several models."""
    if _is_model(found):
        field = found.model_fields.get(part)
        return field.annotation if field is not None else None
    inner = get_args(found)
    if isinstance(found, GenericAlias) and get_origin(found) in (dict, list, tuple):
        return inner[1] if get_origin(found) is dict else inner[0]
    tagged = [one for one in inner if _is_model(one) and _is_tagged(one, part)]
    return tagged[0] if len(tagged) == 1 else None


def _bare(found: Any) -> Any:
    """A type without its annotations, and without the ``None`` it may be instead."""
    while get_origin(found) is Annotated:
        found = get_args(found)[0]
    inner = [one for one in get_args(found) if one is not NoneType]
    if get_origin(found) in (Union, UnionType) and len(inner) == 1:
        return _bare(inner[0])
    return found


def _is_tagged(model: type[BaseModel], tag: int | str) -> bool:
    return any(tag in get_args(field.annotation) for field in model.model_fields.values())


def _is_model(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)
