"""The partitions of a planned release, redacted here or on an engine's workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shield1367.config.project import Project
from shield1367.disclosure.engine import Engine, engine
from shield1367.disclosure.gate import require_unchanged
from shield1367.disclosure.partitions import Sizing, tasks_of
from shield1367.disclosure.plan import PartResult, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline.site import Site
from shield1367.redaction.handover import handed_over
from shield1367.redaction.limited import RedactionKeys


def redaction_site(home: Home, keys: Keys, project: Project, work: Path) -> Site:
    """The site of who redacts what is planned in *work*, with the master key or with a key for redaction alone.

    Raises:
        HandoverError: with the latter, when the release hands nothing over that it opens.
    """
    if isinstance(keys, RedactionKeys):
        project = handed_over(home, keys, project, ReleasePlan.read(work)).in_force(project)
    return Site(home=home, keys=keys, project=project)


def redact(site: Site, work: Path, index: int) -> PartResult:
    """Redact one partition of a planned release, or count it where tables go instead of rows."""
    from shield1367.redaction.canaries import redact_canaries
    from shield1367.redaction.partition import redact_part
    from shield1367.redaction.tables.counting import count_part

    plan = ReleasePlan.read(work)
    require_unchanged(site.project, plan)
    if plan.tables is not None:
        return count_part(site.home, site.keys, site.project, work, index)
    if any(part.index == index for _, part in plan.canaries()):
        return redact_canaries(site.home, site.keys, site.project, work, index)
    return redact_part(site.home, site.keys, site.project, work, index)


def redacting_tasks(work: Path) -> int:
    """How many tasks a planned release is redacted in, as the environment of whoever plans it says.

    On Spark it is one, which hands the partitions on.
    """
    if engine() is Engine.SPARK:
        return 1
    return len(tasks_of(ReleasePlan.read(work), Sizing.from_environment().tasks))


def redact_task(site: Site, work: Path, task: int, of: int) -> list[PartResult]:
    """Redact the partitions of one task of *of*; those that are finished are left as they are."""
    return redact_parts(site, work, tasks_of(ReleasePlan.read(work), of)[task])


def redact_parts(
    site: Site, work: Path, indexes: Sequence[int], *, progress: Callable[[str], None] = lambda step: None
) -> list[PartResult]:
    """Redact some partitions of a planned release, here or wherever the engine has workers."""
    if engine() is Engine.SPARK:
        from shield1367_spark.redact import redact_parts as on_spark

        progress(f"redact {len(indexes)} on Spark")
        return on_spark(site, work, indexes)
    results = []
    for position, index in enumerate(indexes, start=1):
        progress(f"redact {position} of {len(indexes)}")
        results.append(redact(site, work, index))
    return results
