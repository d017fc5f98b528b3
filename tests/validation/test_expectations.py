"""What is our own among the expectations."""

from __future__ import annotations

import json

from shield1367.validation.engine import open_validator


def test_planned_json_says_in_words_what_it_expects() -> None:
    open_validator()
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.registry import get_renderer_impl

    found = get_renderer_impl("expect_column_values_to_hold_planned_json", "renderer.prescriptive")
    assert found is not None
    asked = ExpectationConfiguration(
        type="expect_column_values_to_hold_planned_json",
        kwargs={"column": "contact", "planned": {"phone": "^$", "address.city": "^x$"}},
    )
    (rendered,) = found[1](configuration=asked)
    told = rendered.to_json_dict()["string_template"]
    assert told["params"] == {"column": "contact", "keys": "address.city, phone"}
    assert told["template"].startswith("$column holds JSON with no other keys than $keys")
    assert "^x$" not in json.dumps(told), "patterns are for machines"
