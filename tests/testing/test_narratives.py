from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from rapidfuzz.distance import OSA

from shield1367.config.contract import load_contracts
from shield1367.config.fields import load_fields
from shield1367.testing.generate import GeneratedSummary
from shield1367.testing.truth import TruePerson, TrueSpans, read_faults, read_people, read_rows, read_spans

Tables = dict[tuple[str, str], list[Any]]
DIGITS = {"a_number", "ssn", "fin", "eid_id", "phone"}


def fold(text: str) -> str:
    letters = text.casefold().translate(str.maketrans("łđøıəŋɛɔ", "ldoianeo")).replace("ß", "ss")
    kept = unicodedata.normalize("NFKD", letters)
    return "".join(c for c in kept if c.isalnum() or c in " ").strip()


def cells_of(generated: GeneratedSummary, tables: Tables) -> dict[tuple[str, str, str, str], str]:
    """Every narrative cell of a good row, by source, dataset, key and column."""
    faults = {(fault.batch, fault.file, fault.row) for fault in read_faults(generated.truth)}
    found = {}
    for (source, dataset), rows in tables.items():
        entry = load_contracts()[source].datasets[dataset]
        header = list(entry.columns)
        narratives = entry.columns_of_kind("narrative")
        for row in rows:
            if (row.file.parent.name, row.file.name, row.number) not in faults:
                key = "|".join(row.cells[header.index(column)] for column in entry.key)
                for column in narratives:
                    found[source, dataset, key, column] = row.cells[header.index(column)]
    return found


def is_of(person: TruePerson, kind: str, text: str) -> bool:
    """Whether *text* is one of the person's identifiers of a kind, however it is written."""
    values = person.identifiers
    digits = re.sub(r"\D", "", text)
    match kind:
        case "a_number":
            return digits.zfill(9) in values[kind]
        case "ssn" | "fin" | "eid_id":
            return digits in values[kind]
        case "phone":
            return digits[-10:] in values[kind] if person else False
        case "receipt_number":
            written = re.sub(r"[^A-Z0-9*]", "", text.upper())
            return any(value == written or value[:3] + "*" + value[4:] == written for value in values[kind])
        case "i94_number" | "passport_number":
            return text.upper() in values[kind]
        case "email":
            return text.lower() in values[kind]
        case "street_address":
            return text.casefold().startswith(values[kind][0].casefold() + ", ")
        case "date_of_birth":
            year = values[kind][0][:4]
            return year in text or year[2:] in text
        case "full_name" | "family_name" | "given_name" | "alias":
            known = {
                part
                for name in ("full_name", "alias")
                for value in values.get(name, ())
                for part in fold(value).split()
            }
            known |= {fold(part) for value in values["full_name"] for part in re.split(r"[\s-]", value)}
            known |= {fold(value) for value in values["given_name"] + values["family_name"]}
            parts = [part for part in fold(text.replace("-", " ")).split() if len(part) > 1]
            return all(any(OSA.distance(part, other) <= 1 for other in known) for part in parts)
        case _:
            return kind in ("entry_date", "filing_date")


def test_every_span_holds_the_identifier_it_names(generated: GeneratedSummary, tables: Tables) -> None:
    cells = cells_of(generated, tables)
    people = {person.person_id: person for person in read_people(generated.truth)}
    fields = load_fields()
    checked: Counter[str] = Counter()
    for entry in read_spans(generated.truth):
        text = cells[entry.source, entry.dataset, entry.key, entry.column]
        last = 0
        for span in entry.spans:
            held = text[span.start : span.end]
            assert held and held == held.strip()
            assert span.start >= last, "spans are in order and apart"
            last = span.end
            # A span that is off by one would begin or end inside a word.
            assert not (text[span.start - 1 : span.start].isalnum() and held[0].isalnum())
            assert not (text[span.end : span.end + 1].isalnum() and held[-1].isalnum())
            assert span.kind in fields.kinds
            if span.person_id:
                assert is_of(people[span.person_id], span.kind, held), f"{span.kind} in {entry.key}"
            checked[span.kind] += 1
    assert {
        "a_number",
        "receipt_number",
        "phone",
        "email",
        "full_name",
        "family_name",
        "date_of_birth",
    } <= set(checked)
    assert sum(checked.values()) > 10_000


def test_no_identifier_stands_outside_the_spans(generated: GeneratedSummary, tables: Tables) -> None:
    cells = cells_of(generated, tables)
    people = {person.person_id: person for person in read_people(generated.truth)}
    spans: dict[tuple[str, str, str], list[TrueSpans]] = {}
    for entry in read_spans(generated.truth):
        spans.setdefault((entry.source, entry.dataset, entry.key), []).append(entry)
    checked = 0
    for row in read_rows(generated.truth):
        for entry in spans.get((row.source, row.dataset, row.key), ()):
            text = cells[entry.source, entry.dataset, entry.key, entry.column]
            rest = list(text)
            for span in entry.spans:
                rest[span.start : span.end] = "\0" * (span.end - span.start)
            left = fold("".join(rest).replace("\0", " "))
            runs = {
                run.zfill(9) for run in re.findall(r"\d+", re.sub(r"(?<=\d)[-. ](?=\d)", "", "".join(rest)))
            }
            for person_id, _ in row.people:
                values = people[person_id].identifiers
                numbers = {value.zfill(9) for kind in DIGITS for value in values[kind]}
                assert not numbers & runs
                assert fold(values["full_name"][0]) not in left
                assert values["email"][0] not in "".join(rest).lower()
                checked += 1
    assert checked > 1000


def test_narratives_are_long_and_varied(generated: GeneratedSummary, tables: Tables) -> None:
    texts = [text for key, text in cells_of(generated, tables).items() if key[3] == "narrative" and text]
    lengths = sorted(map(len, texts))
    assert lengths[0] >= 280
    assert 500 < lengths[len(lengths) // 2] < 1100
    assert lengths[-1] < 2200
    assert len(set(texts)) == len(texts)
    openings = Counter(re.sub(r"[^a-z ]", "", text.lower())[:25] for text in texts)
    assert openings.most_common(1)[0][1] < len(texts) / 5
    assert any(text.isupper() for text in texts)
    assert any(re.search(r"\b\d{1,2} de [a-z]+ de \d{4}\b", text) for text in texts)
    assert any("\n" in text for text in texts)
    assert all(text == text.strip() and "  " not in text for text in texts)
