from __future__ import annotations

import json

import pytest

from shield1367.config.text import Strictness, TextSettings
from shield1367.redaction.text.protocol import LineError, read_people, scrub_lines

PEOPLE = [
    '{"id": "p1", "given_name": "María", "family_name": ["Hernández"], "a_number": 87654321}',
    "",
    '{"id": 2, "full_name": "Xu, Li"}',
]


def test_lines_in_lines_out(settings: TextSettings) -> None:
    lines = [
        '{"id": 7, "text": "then Maria Hernandez left", "people": ["p1"]}',
        "\n",
        '{"id": "b", "text": "nothing here"}',
    ]
    out = [
        json.loads(line)
        for line in scrub_lines(lines, read_people(PEOPLE), settings=settings, strictness=Strictness.BALANCED)
    ]
    assert out[0] == {
        "id": 7,
        "text": "then [PERSON] left",
        "spans": [{"start": 5, "end": 20, "type": "PERSON", "rule": "known.full_name", "score": 1.0}],
    }
    assert out[1] == {"id": "b", "text": "nothing here", "spans": []}


def test_half_a_surrogate_pair_ends_no_stream(settings: TextSettings) -> None:
    lines = [
        '{"id": "\\udfff", "text": "\\ud800 saw María Hernández, señora"}',
        '{"id": 2, "text": "señora"}',
    ]
    assert "\ud800" in json.loads(lines[0])["text"]
    out = list(scrub_lines(lines, read_people(PEOPLE), settings=settings, strictness=Strictness.BALANCED))
    assert json.loads(out[0].encode())["text"] == "\ud800 saw [PERSON], señora"
    assert "señora" in out[1]


@pytest.mark.parametrize(
    "line",
    [
        "{secret",
        '["secret"]',
        '{"id": 1}',
        '{"text": "secret"}',
        '{"id": 1, "text": "x", "people": "secret"}',
    ],
)
def test_a_malformed_line_is_named_and_not_quoted(line: str, settings: TextSettings) -> None:
    with pytest.raises(LineError, match="input, line 2") as error:
        list(
            scrub_lines(
                ['{"id": 1, "text": "ok"}', line], [], settings=settings, strictness=Strictness.BALANCED
            )
        )
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    "line", ["secret", '{"id": null}', '{"id": "p1", "x": {"secret": 1}}', '{"id": "p0"}']
)
def test_a_malformed_person_is_named_and_not_quoted(line: str) -> None:
    with pytest.raises(LineError, match="people, line 2") as error:
        read_people(['{"id": "p0"}', line])
    assert "secret" not in str(error.value)
