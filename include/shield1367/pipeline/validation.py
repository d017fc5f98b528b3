"""The package, put together and held against its expectations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import profile_of
from shield1367.pipeline.site import Site, contract_of

if TYPE_CHECKING:
    from shield1367.validation.joins import Common, Pair


def validate(site: Site, work: Path) -> bool:
    """Put the package together and hold it against its expectations; the report is written."""
    from shield1367.redaction.dealing import deal
    from shield1367.redaction.partition import read_results
    from shield1367.release.package import assemble, assemble_tables, require_complete
    from shield1367.release.sealing import seal
    from shield1367.reporting.dictionary import write_dictionary
    from shield1367.validation.feeds import feeds_of
    from shield1367.validation.validate import validate_release

    plan = ReleasePlan.read(work)
    profile = profile_of(site.project, plan.recipient)
    feeds = feeds_of(site.home, plan, site.project.contracts)
    if plan.tables is not None:
        from shield1367.redaction.tables.tabulate import tabulate
        from shield1367.validation.tables import validate_tables

        require_complete(work, plan)
        package = assemble_tables(work, plan, profile, tabulate(site.home, site.keys, plan, work))
        report = validate_tables(package, plan, read_results(work), released=site.home.released, feeds=feeds)
    else:
        require_complete(work, plan)
        deal(work, site.keys, plan)
        package = assemble(work, profile)
        report = validate_release(
            package,
            plan,
            read_results(work),
            fields=site.project.fields,
            feeds=feeds,
            common=_people_in_common(site, plan, work),
        )
    seal(site.keys, report.write(work))
    write_dictionary(package, plan, site.project.fields)
    return report.passed


def _people_in_common(site: Site, plan: ReleasePlan, work: Path) -> dict[Pair, Common]:
    """How many people each two tables of a release must have in common."""
    from shield1367.redaction.known_people import known_people
    from shield1367.redaction.partition import is_of_part
    from shield1367.validation.joins import people_in_common

    return people_in_common(
        site.home,
        site.keys,
        plan,
        known_people(site.home, site.keys, plan).snapshot,
        {
            dataset.name: contract_of(site, dataset.source).datasets[dataset.dataset].about
            for dataset in plan.datasets
        },
        lambda dataset, part: is_of_part(site.keys, work, plan, dataset, part),
    )
