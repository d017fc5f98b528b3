"""Whether a validation report says everything it has to: an expectation that is not there cannot fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from shield1367.config.contract import SourceContract
from shield1367.config.fields import FieldVocabulary
from shield1367.disclosure.plan import ReleasePlan
from shield1367.validation.classes import Classes
from shield1367.validation.feeds import feed_suite, limits_of
from shield1367.validation.outcomes import Severity, ValidationReport
from shield1367.validation.suites import Check, cell_suite, figures_suite, release_suite, version_of

RELEASE = "release"


def gaps(
    report: ValidationReport,
    plan: ReleasePlan,
    fields: FieldVocabulary,
    contracts: Mapping[str, SourceContract],
) -> tuple[str, ...]:
    """What is missing in *report*, in words; of tabulations, whose other suites depend on no column, that of feeds.

    Three questions: is every expectation of the plan's suites answered; was it asked with the arguments that the plan
    makes; and, whatever those suites say, is every column that goes outside held by at least one expectation that
    can hold the release.
    """
    said = Counter((o.dataset, o.expectation, o.column, o.meaning) for o in report.outcomes)
    wanted = Counter(
        (dataset, check.expectation, check.column, check.meaning)
        for dataset, check in _suites(plan, fields, contracts)
    )
    missing = [f"{dataset} {expectation} is missing" for dataset, expectation, _, _ in wanted - said]
    if (
        plan.tables is None
        and not missing
        and report.suites
        != version_of(check.line(dataset) for dataset, check in _suites(plan, fields, contracts))
    ):
        missing.append("what the plan makes of an expectation is missing: one with other arguments was run")
    if plan.outside and plan.tables is None:
        held = {(o.dataset, o.column) for o in report.outcomes if o.severity is Severity.CRITICAL}
        missing += [
            f"{dataset.name} has a column that no expectation holds"
            for dataset in plan.datasets
            if dataset.parts
            for column in dataset.released_columns
            if not column.excepted and (dataset.name, column.name) not in held
        ]
    return tuple(dict.fromkeys(missing))


def _suites(
    plan: ReleasePlan, fields: FieldVocabulary, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, Check]]:
    limits = limits_of(plan, contracts)
    if plan.tables is not None:
        yield from ((name, check) for name, of in limits.items() for check in feed_suite(of))
        return
    for dataset in plan.datasets:
        if not dataset.parts:
            continue
        classes = Classes.of(dataset, plan)
        for check in (
            *cell_suite(dataset, plan, fields),
            *figures_suite(dataset, plan, fields),
            *(classes.suite() if classes is not None else ()),
            *feed_suite(limits[dataset.name]),
        ):
            yield dataset.name, check
    for check in release_suite():
        yield RELEASE, check
