"""The scrubber as a filter: JSON lines in, JSON lines out (`shield1367 scrub`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from shield1367.config.text import Strictness, TextSettings
from shield1367.errors import TerminalError
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber
from shield1367.redaction.text.spans import Span

_BATCH_LINES = 512


class LineError(TerminalError):
    """Error raised when a line of the input does not hold. Names the line, never what is on it."""

    code = "E611"

    def __init__(self, *, source: str, line: int, what: str) -> None:
        self.line = line
        super().__init__(
            f"{source}, line {line}: {what}.", mend="correct or remove the line, then run again."
        )


def scrub_lines(
    stdin_lines: Iterable[str],
    people: Iterable[Identity],
    *,
    settings: TextSettings,
    strictness: Strictness,
    describe: Callable[[str, Span], Mapping[str, str]] | None = None,
) -> Iterator[str]:
    """For each line ``{"id", "text", "people": [ids]}`` a line ``{"id", "text", "spans"}``, in order.

    Args:
        stdin_lines: JSON lines; blank ones are skipped, ``people`` may be absent.
        people: the identities to know.
        settings: ``text.yaml``.
        strictness: how much evidence an unknown name needs.
        describe: what to say of each span besides.

    Raises:
        LineError: a line is not such an object. Lines before it in the same batch are not given out.
    """
    scrubber = Scrubber(people, settings=settings, strictness=strictness)
    numbered = ((number, line) for number, line in enumerate(stdin_lines, start=1) if line.strip())
    while batch := list(islice(numbered, _BATCH_LINES)):
        requests = [_request(number, line) for number, line in batch]
        results = scrubber.scrub([text for _, text, _ in requests], [ids for _, _, ids in requests])
        for (key, text, _), result in zip(requests, results, strict=True):
            spans = [
                {"start": s.start, "end": s.end, "type": s.entity, "rule": s.rule, "score": round(s.score, 3)}
                | dict(describe(text, s) if describe else {})
                for s in result.spans
            ]
            yield _written({"id": key, "text": result.text, "spans": spans})


def _written(record: dict[str, Any]) -> str:
    """A line that any UTF-8 stream takes: half a surrogate pair, which none does, is escaped as it came."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(record)
    return line


def read_people(lines: Iterable[str]) -> list[Identity]:
    """Identities from JSON lines ``{"id", field kind: value or list, …}``; ``protected`` defaults to true.

    Raises:
        LineError: a line is not such an object, or an id occurs twice.
    """
    people: dict[str, Identity] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = _object("people", number, line)
        key = record.pop("id", None)
        protected = record.pop("protected", True)
        if not isinstance(key, str | int) or isinstance(key, bool) or not isinstance(protected, bool):
            raise LineError(
                source="people", line=number, what='"id" must be text or a number, "protected" true or false'
            )
        if str(key) in people:
            raise LineError(source="people", line=number, what='the "id" occurred before')
        values: dict[str, tuple[str, ...]] = {}
        for kind, value in record.items():
            items = value if isinstance(value, list) else [value]
            if not all(
                isinstance(item, str | int) and not isinstance(item, bool)
                for item in items
                if item is not None
            ):
                raise LineError(
                    source="people", line=number, what="every field must be text, a number or a list of them"
                )
            values[kind] = tuple(str(item) for item in items if item is not None)
        people[str(key)] = Identity(str(key), values, protected)
    return list(people.values())


def _request(number: int, line: str) -> tuple[Any, str, list[str]]:
    record = _object("input", number, line)
    text, people = record.get("text"), record.get("people", [])
    if "id" not in record or not isinstance(text, str):
        raise LineError(source="input", line=number, what='needs "id" and "text" (text)')
    if not isinstance(people, list) or not all(isinstance(person, str | int) for person in people):
        raise LineError(source="input", line=number, what='"people" must be a list of ids')
    return record["id"], text, [str(person) for person in people]


def _object(source: str, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        # The parser's message quotes the line.
        raise LineError(source=source, line=number, what="is not JSON") from None
    if not isinstance(record, dict):
        raise LineError(source=source, line=number, what="is not a JSON object")
    return record
