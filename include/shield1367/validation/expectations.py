"""Great Expectations, wrapped: our checks as its expectations, its results as verdicts.

Reach it through :func:`shield1367.validation.engine.open_validator` only: it takes seconds to load.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

import great_expectations as gx
import great_expectations.expectations.core as core
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

from shield1367.validation.projection import RAISED, Verdict, project
from shield1367.validation.silence import quiet
from shield1367.validation.suites import (
    COLUMNS,
    EMPTY,
    EQUAL,
    FILLED,
    IN_SET,
    MATCH,
    NOT_MATCH,
    PLANNED_JSON,
    UNIQUE,
    Check,
    version_of,
)

# The least that still counts; the projection drops the rest.
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


class ColumnValuesHoldPlannedJson(ColumnMapMetricProvider):
    """Cells that are JSON with planned keys only; a JSON list is held against the keys item by item."""

    condition_metric_name = "column_values.hold_planned_json"
    condition_value_keys = ("planned",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, planned: Mapping[str, str], **_: Any) -> Any:  # noqa: N805
        patterns = {key: re.compile(pattern) for key, pattern in planned.items()}
        return column.map(lambda cell: holds_planned_json(cell, patterns)).astype(bool)


class ExpectColumnValuesToHoldPlannedJson(ColumnMapExpectation):
    """Expect JSON cells to hold nothing but planned keys, with values in their planned form."""

    planned: dict[str, str]

    map_metric: ClassVar[str] = "column_values.hold_planned_json"
    success_keys: ClassVar[tuple[str, ...]] = ("planned", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "planned")

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: object = None,
        runtime_configuration: object = None,
    ) -> list[RenderedStringTemplateContent]:
        """What is expected, in words: the column and its planned keys, and nothing of any cell."""
        planned = configuration.kwargs if configuration is not None else {}
        template = {
            "template": "$column holds JSON with no other keys than $keys, each value in its planned form.",
            "params": {
                "column": planned.get("column"),
                "keys": ", ".join(sorted(planned.get("planned", ()))),
            },
        }
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]


def holds_planned_json(cell: object, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    """Whether *cell* is a JSON object, or a list of them, of planned keys with scalar values that fit."""
    try:
        content = json.loads(str(cell))
    except ValueError:
        return False
    items = content if isinstance(content, list) else [content]
    return all(isinstance(item, dict) and _fits(item, patterns) for item in items)


def _fits(item: Mapping[str, object], patterns: Mapping[str, re.Pattern[str]]) -> bool:
    for key, value in item.items():
        if isinstance(value, (dict, list)):
            # `contact.phone` is planned inside `contact`; a planned key holds a value and nothing nested.
            inside = {p.removeprefix(f"{key}."): patterns[p] for p in patterns if p.startswith(f"{key}.")}
            items = value if isinstance(value, list) else [value]
            if not inside or not all(isinstance(one, dict) and _fits(one, inside) for one in items):
                return False
        elif (
            "." in key or key not in patterns or (value is not None and not patterns[key].search(str(value)))
        ):
            return False
    return True


# The package re-exports its classes without saying so to type checkers.
_core: Any = core

_EXPECTATIONS: Mapping[str, type[Any]] = {
    COLUMNS: _core.ExpectTableColumnsToMatchOrderedList,
    EMPTY: _core.ExpectColumnValuesToBeNull,
    EQUAL: _core.ExpectColumnPairValuesToBeEqual,
    FILLED: _core.ExpectColumnValuesToNotBeNull,
    IN_SET: _core.ExpectColumnValuesToBeInSet,
    MATCH: _core.ExpectColumnValuesToMatchRegex,
    NOT_MATCH: _core.ExpectColumnValuesToNotMatchRegex,
    PLANNED_JSON: ExpectColumnValuesToHoldPlannedJson,
    UNIQUE: _core.ExpectColumnValuesToBeUnique,
}


class Validator:
    """Runs suites on frames, in memory: nothing is stored, rendered or sent."""

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        # Progress bars go to stderr, which is the task log.
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("package").add_dataframe_asset("part")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")
        self._lines: set[str] = set()

    @property
    def version(self) -> str:
        """The version of all suites that were run."""
        return version_of(self._lines)

    def run(self, name: str, checks: tuple[Check, ...], frame: pd.DataFrame) -> tuple[Verdict, ...]:
        """One verdict a check; when Great Expectations itself fails, every check counts as raised."""
        self._lines |= {check.line(name) for check in checks}
        with quiet():
            try:
                batch = self._batches.get_batch(batch_parameters={"dataframe": frame})
                result = batch.validate(_suite(name, checks), result_format=RESULT_FORMAT)
                results = [item.to_json_dict() for item in result.results]
            # Whatever it is, its message may quote cells: an expectation that was not evaluated fails.
            except Exception:  # noqa: BLE001
                return (RAISED,) * len(checks)
        return project(results, checks=len(checks))


def _suite(name: str, checks: tuple[Check, ...]) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(
        name=name, expectations=[_expectation(index, check) for index, check in enumerate(checks)]
    )


def _expectation(index: int, check: Check) -> Any:
    arguments: dict[str, Any] = dict(check.arguments)
    if check.column is not None:
        arguments["column"] = check.column
    return _EXPECTATIONS[check.expectation](
        **arguments, severity=str(check.severity), description=check.meaning, meta={"check": index}
    )
