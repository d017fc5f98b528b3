from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shield1367.config.recipient import Membership
from shield1367.reporting.dossier import dossier, write_dossier
from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.parity import parity
from shield1367.reporting.proof import questions
from shield1367.reporting.validation_report import validation_report, write_validation_report
from shield1367.validation.audit import AuditReport, Finding
from shield1367.validation.audit.report import Tally
from shield1367.validation.outcomes import ValidationReport
from tests.reporting.releases import PROTECTED, RELEASED, WITHHELD, facts_of, outcome, profile_of
from tests.validation.packages import plan_of

INSIDE = {
    "name": "CRCL",
    "address": "Washington",
    "type": "department",
    "inside": "dhs",
    "employment": "sworn_employee",
    "attestation": {"by": "The officer", "reference": "N-1", "signed": "2026-01-05"},
}
Document = Callable[[ReleaseFacts], str]


class _Reader(HTMLParser):
    """Collects every tag, attribute and the visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(params=[dossier, validation_report])
def document(request: pytest.FixtureRequest) -> Document:
    chosen: Document = request.param
    return chosen


def test_the_page_loads_and_runs_nothing(document: Document) -> None:
    page = document(facts_of())
    reader = _Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(reader.tags)
    names = {name for _, name, _ in reader.attributes}
    assert not {"src", "href", "style", "srcset", "action"} & names
    assert not {name for name in names if name.startswith("on")}
    assert not re.search(r"https?:|//|url\(|@import", page.replace("<!DOCTYPE", ""))


def test_the_policy_allows_the_inline_style_by_hash_and_nothing_else(document: Document) -> None:
    page = document(facts_of())
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(
        value for tag, name, value in _Reader(page).attributes if tag == "meta" and "default-src" in value
    )
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_values_are_escaped(document: Document) -> None:
    page = document(facts_of())
    assert "<b>" not in page.split("<h2>")[0].replace("<b>41", "")
    assert "State University <b>" not in page


@pytest.mark.parametrize("membership", [Membership.HIDDEN, Membership.WITHHELD])
def test_an_outside_recipient_learns_no_count_of_protected_people(
    document: Document, membership: Membership
) -> None:
    page = document(facts_of(plan=plan_of(membership=membership)))
    digits = re.sub(r"[^0-9 ]", "", page.replace(",", ""))
    for secret in (WITHHELD, PROTECTED, RELEASED + WITHHELD, 120_347):
        assert str(secret) not in digits
    assert f"{RELEASED:,}" in page


def test_an_inside_recipient_gets_the_whole_reconciliation() -> None:
    facts = facts_of(
        plan=plan_of(membership=Membership.MARKED, outside=False),
        profile=profile_of(organization=INSIDE, membership="marked"),
    )
    text = _Reader(dossier(facts)).text
    assert f"{RELEASED + WITHHELD:,} in, {RELEASED:,} released, {WITHHELD:,} withheld" in text
    assert "sworn officers or employees of DHS" in text
    assert "carry the banner" in text


def test_the_verdict_comes_first() -> None:
    text = _Reader(dossier(facts_of())).text
    assert text.index("nothing stands against it") < text.index("Who receives it")
    assert "Held" not in text
    failed = facts_of(
        validation=ValidationReport(
            release_id="r1", recipient="u", rows=1, files=1, outcomes=(outcome(success=False, unexpected=3),)
        )
    )
    assert "Held: not every check holds" in _Reader(dossier(failed)).text
    text = _Reader(validation_report(failed)).text
    assert text.index("This release is held") < text.index("Leak audit")
    assert "3 of 41,234 did not" in text


def test_the_dossier_says_what_went_where_and_why() -> None:
    text = _Reader(dossier(facts_of())).text
    for expected in (
        "100 University Avenue",
        "research on enforcement practice",
        "DUA-2026-014, valid until 2031-12-31",
        "no exception of 8 U.S.C. § 1367(b) is used",
        "replaced by a keyed pseudonym",
        "structured text, 2 of 3 fields kept",
        "Left out altogether: a_number.",
        "6,302 passages",
        "2 of 3 expectations hold",
        "ab" * 32,
        "recipient profile",
    ):
        assert expected in text


def test_every_expectation_is_in_the_report_in_plain_words() -> None:
    raised = outcome(success=False, raised=True, meaning="Something that broke.")
    facts = facts_of()
    validation = facts.validation.model_copy(update={"outcomes": (*facts.validation.outcomes, raised)})
    text = _Reader(validation_report(facts_of(validation=validation))).text
    for expected in validation.outcomes:
        assert expected.meaning in text
    assert "could not be evaluated, which counts as failed" in text
    assert text.index("Something that broke.") < text.index("Withheld: every cell")


def test_the_dossier_asks_every_expectation_once_in_plain_words() -> None:
    asked = (
        outcome(column="sex", meaning="Treated: every filled cell of sex is one of F, M."),
        outcome(
            column="dob", meaning="Treated: every filled cell of dob is a year.", success=False, unexpected=1
        ),
        outcome(column=None, meaning="sex is stored as text in every partition."),
        outcome(column=None, meaning="dob is stored as integer in every partition."),
    )
    assert [(q.meaning, q.held, q.asked) for q in questions(asked)] == [
        ("Every filled cell of a column has the form that its treatment gives.", 1, 2),
        ("A column is stored as planned.", 2, 2),
    ]
    text = _Reader(dossier(facts_of())).text
    for said in ("Withheld: every cell of a column is empty.", "(a warning; holds no release)"):
        assert said in text


def test_parity_is_told_by_treatment_and_names_what_is_uneven() -> None:
    even = parity(facts_of())
    assert even is not None
    (table,) = even.tables
    assert "41,234 cells in 1 columns were looked at; nothing in any of them tells rows apart" in table.words
    assert f"emptied {RELEASED:,} of {RELEASED:,}" in table.chart
    told = outcome(
        meaning="Nothing in coa tells rows of protected people from others.", success=False, unexpected=7
    )
    facts = facts_of()
    validation = facts.validation.model_copy(update={"outcomes": (*facts.validation.outcomes, told)})
    uneven = parity(facts_of(validation=validation))
    assert uneven is not None
    assert "uneven: coa" in uneven.tables[0].words
    assert f"emptied {RELEASED - 7:,} of {RELEASED:,}" in uneven.tables[0].chart
    broken = facts.validation.model_copy(update={"outcomes": (outcome(success=False, raised=True),)})
    unknown = parity(facts_of(validation=broken))
    assert unknown is not None
    assert f"emptied 0 of {RELEASED:,}" in unknown.tables[0].chart


def test_no_parity_is_told_where_protected_rows_are_to_be_told_from_others() -> None:
    assert parity(facts_of(plan=plan_of(membership=Membership.MARKED, outside=False))) is None


def test_findings_are_listed_by_place() -> None:
    finding = Finding(
        file="data/x/part-00000.parquet", row=5, column="note", kind="full_name", fingerprint="f00d"
    )
    other = finding.model_copy(update={"row": 6})
    clean = facts_of().audit
    audit = clean.model_copy(update={"findings": (finding, other), "findings_total": 2})
    text = _Reader(validation_report(facts_of(audit=audit))).text
    assert "full name data/x/part-00000.parquet note 2" in text
    assert "f00d" not in text


def test_findings_beyond_those_kept_are_counted_by_file() -> None:
    file = "data/x/part-00000.parquet"
    tally = Tally(file=file, kind="full_name", count=1234)
    audit = facts_of().audit.model_copy(update={"findings_total": 1234, "tallies": (tally,)})
    text = _Reader(validation_report(facts_of(audit=audit))).text
    assert f"full name {file} more, not listed by place 1,234" in text


def test_an_audit_that_searched_nothing_is_no_pass() -> None:
    nothing = AuditReport(
        files=0, cells=0, characters=0, people=0, identifiers_searched=0, findings=(), findings_total=0
    )
    assert (
        "searched nothing, which proves nothing" in _Reader(validation_report(facts_of(audit=nothing))).text
    )


def test_pages_are_written_into_the_package_and_are_reproducible(tmp_path: Path) -> None:
    facts = facts_of()
    written = [write_dossier(tmp_path, facts), write_validation_report(tmp_path, facts)]
    assert [path.name for path in written] == ["dossier.html", "validation.html"]
    first = [path.read_bytes() for path in written]
    write_dossier(tmp_path, facts)
    write_validation_report(tmp_path, facts)
    assert [path.read_bytes() for path in written] == first


def test_a_dossier_does_not_say_how_often_a_benefit_is_mentioned() -> None:
    (result,) = facts_of().results
    spans = {"BENEFIT": 7, "ID": 2, "PERSON": 3}
    told = replace(facts_of(), results=(result.model_copy(update={"spans": spans}),))
    assert told.spans() == {"REDACTED": 9, "PERSON": 3}


def test_the_dossier_tells_the_measured_recall_with_its_bound() -> None:
    text = _Reader(dossier(facts_of())).text
    assert "Measured recall: 99.5 % , at least 97.6 % with 95 % confidence" in text
    assert "the profile demands 99.0 %, and at least 96.8 % with that confidence" in text


def test_recall_that_was_not_measured_is_said_and_holds() -> None:
    facts = facts_of()
    none = facts.recall.model_copy(update={"trials": 0, "found": 0, "by_kind": {}})
    text = _Reader(dossier(replace(facts, recall=none))).text
    assert "Recall was not measured" in text
    assert "Held: not every check holds" in text
