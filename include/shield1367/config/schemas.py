"""JSON Schema of the configuration files, so that an editor completes and checks them while they are written.

Beside what the models say, a schema names this project's own words: field kinds, code tables, datasets.
``shield1367 check`` remains the judge: it also sees what no schema can say, such as the floor.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from shield1367.config.approvers import Approvers
from shield1367.config.authorities import Authorities
from shield1367.config.benefits import Benefits, load_benefits
from shield1367.config.contract import SourceContract, load_contracts
from shield1367.config.desk import DeskSettings
from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.config.indicators import Indicators
from shield1367.config.linkage import LinkageSettings
from shield1367.config.loading import ConfigModel
from shield1367.config.lookback import LookbackSettings
from shield1367.config.notices import Notices
from shield1367.config.recipient import RecipientProfile
from shield1367.config.safeguards import Safeguards
from shield1367.config.text import TextSettings
from shield1367.storage import write_json

Schema = dict[str, Any]

_ATTRIBUTE = re.compile(r"^    (?P<name>\w+): (?P<text>.+(?:\n {8}.+)*)", re.MULTILINE)


def json_schemas(folder: Path | None = None) -> dict[str, Schema]:
    """Schemas by name: ``source`` of a contract, ``recipient`` of a profile, every other file's by its own.

    Args:
        folder: the configuration whose field kinds, code tables and datasets are allowed.

    Raises:
        ConfigError: the field kinds, code tables or contracts do not hold.
    """
    fields, tables = load_fields(folder), load_benefits(folder).tables
    kinds = sorted(fields.kinds)
    datasets = [f"{c.source}.{name}" for c in load_contracts(folder).values() for name in c.datasets]

    source = _schema(SourceContract)
    dataset, column = source["$defs"]["Dataset"]["properties"], source["$defs"]["Column"]
    # The short form, `column: kind`, is what the loader takes too; the long form holds only what it sets.
    column["properties"] = {
        "kind": {"enum": kinds},
        "json": {"type": "object", "additionalProperties": {"enum": kinds}},
    }
    dataset["columns"]["additionalProperties"] = {"anyOf": [{"enum": kinds}, {"$ref": "#/$defs/Column"}]}
    for people in dataset["people"]["patternProperties"].values():
        people["propertyNames"] = {"enum": kinds}

    recipient = _schema(RecipientProfile)
    recipient["properties"]["datasets"]["items"] = {"enum": sorted(datasets)}
    recipient["properties"]["treatments"]["propertyNames"] = {"enum": kinds}
    risk, uncounted = (recipient["$defs"][name]["properties"] for name in ("Risk", "Uncounted"))
    risk["hierarchies"]["propertyNames"] = {"enum": kinds}
    for named in (risk["quasi_identifiers"], risk["telling"], uncounted["kinds"]):
        named["items"] = {"enum": kinds}

    authorities = _schema(Authorities)
    for definition in authorities["$defs"].values():
        # Every exception has both scopes; no wildcard in either.
        if {"paragraph", "datasets", "fields"} <= definition.get("properties", {}).keys():
            definition["properties"]["datasets"]["items"] = {"enum": sorted(datasets)}
            definition["properties"]["fields"]["items"] = {"enum": kinds}

    vocabulary = _schema(FieldVocabulary)
    vocabulary["$defs"]["FieldKind"]["properties"]["trigger"] = {"enum": [*sorted(tables), None]}

    return {
        "source": source,
        "recipient": recipient,
        "fields": vocabulary,
        "benefits": _schema(Benefits),
        "indicators": _schema(Indicators),
        "text": _schema(TextSettings),
        "safeguards": _schema(Safeguards),
        "linkage": _schema(LinkageSettings),
        "authorities": authorities,
        "approvers": _schema(Approvers),
        "lookback": _schema(LookbackSettings),
        "notices": _schema(Notices),
        "desk": _schema(DeskSettings),
    }


def write_schemas(target: Path, folder: Path | None = None) -> list[Path]:
    """Write each schema as ``<name>.schema.json`` under *target*; returns the paths.

    Raises:
        ConfigError: the field kinds, code tables or contracts do not hold.
        StorageError: *target* cannot be written.
    """
    return [
        write_json(target / f"{name}.schema.json", schema) for name, schema in json_schemas(folder).items()
    ]


def _schema(model: type[ConfigModel]) -> Schema:
    """What pydantic says, with the attribute lines of the docstrings beside the keys they explain."""
    schema = TypeAdapter(model).json_schema(schema_generator=_Explained)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}


class _Explained(GenerateJsonSchema):
    def model_schema(self, schema: Any) -> Schema:
        made: Schema = super().model_schema(schema)
        words = inspect.getdoc(schema["cls"]) or ""
        made["description"] = words.split("\n\nAttributes:\n")[0]
        properties = made.get("properties", {})
        for match in _ATTRIBUTE.finditer(words):
            if match["name"] in properties:
                properties[match["name"]]["description"] = " ".join(match["text"].split())
        return made
