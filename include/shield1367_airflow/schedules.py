"""When each DAG runs, read from contracts and profiles.

A file that does not hold must not take the others' DAGs away: its own DAG stays, unscheduled, and
its first task fails with the list of problems.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, AssetAll, AssetOrTimeSchedule, CronTriggerTimetable
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from pydantic import TypeAdapter, ValidationError

from shield1367.config.cron import Cron
from shield1367.config.loading import config_folder, read_yaml
from shield1367.config.project import recipient_names, source_names
from shield1367.config.recipient import Schedule
from shield1367.config.recipient.terms import Approval
from shield1367.errors import ConfigError
from shield1367_airflow.defaults import REGISTRY, staged
from shield1367_airflow.metrics import are_on

# When staged data of sources nobody scheduled, and stragglers, is evaluated at the latest.
EVALUATION_CRON = "0 * * * *"
LOOKBACK_CRON = "30 1 * * *"
# How late a reminder may be; looking costs a few small files.
APPROVALS_CRON = "*/10 * * * *"
ACCOUNTING_CRON = "0 5 1 * *"
OBSERVE_CRON = "*/5 * * * *"
_CRON: TypeAdapter[str | None] = TypeAdapter(Cron | None)


def observe_schedule() -> str | None:
    """Every five minutes where Airflow sends metrics anywhere."""
    return OBSERVE_CRON if are_on() else None


def intake_schedule(source: str) -> str | None:
    """The contract's cron expression."""
    try:
        return _CRON.validate_python(read_as_it_is("sources", source).get("schedule"))
    except ValidationError:
        return None


def protect_schedule() -> Any:
    """When every scheduled source has delivered, and every hour for the rest."""
    assets = [staged(source) for source in source_names() if intake_schedule(source)]
    hourly = CronTriggerTimetable(EVALUATION_CRON, timezone="UTC")
    return AssetOrTimeSchedule(timetable=hourly, assets=AssetAll(*assets)) if assets else hourly


def lookback_schedule() -> AssetOrTimeSchedule:
    """After every change of the registry, and once a day for protections that begin and policies that change."""
    daily = CronTriggerTimetable(LOOKBACK_CRON, timezone="UTC")
    return AssetOrTimeSchedule(timetable=daily, assets=[REGISTRY])


def approvals_schedule() -> CronTriggerTimetable | None:
    """Every few minutes where a profile wants to be reminded of anything; else never."""
    wanted = (approval_of(recipient) for recipient in recipient_names())
    if not any(approval.remind_after or approval.escalate_after for approval in wanted):
        return None
    return CronTriggerTimetable(APPROVALS_CRON, timezone="UTC")


def accounting_schedule() -> CronTriggerTimetable:
    """The first morning of every month, for the month before."""
    return CronTriggerTimetable(ACCOUNTING_CRON, timezone="UTC")


def export_schedule(recipient: str) -> CronTriggerTimetable | list[Asset] | None:
    """The profile's time, or every change of the registry."""
    if (schedule := _schedule_of(recipient)) is None:
        return None
    if schedule.cron:
        return CronTriggerTimetable(schedule.cron, timezone="UTC")
    return [REGISTRY]


def export_deadline(recipient: str) -> DeadlineAlert | None:
    """When a run of an export is late, and who is told; the time approvers have is theirs."""
    if (schedule := _schedule_of(recipient)) is None:
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=schedule.patience + approval_of(recipient).patience,
        # By name: an executor's process imports it, not the scheduler.
        callback=SyncCallback(
            "shield1367_airflow.notices.Notice", {"event": "export_late", "recipient": recipient}
        ),
    )


def approval_of(recipient: str) -> Approval:
    """Who has to approve a release; of a profile that does not hold nobody, since its first task fails."""
    try:
        return Approval.model_validate(read_as_it_is("recipients", recipient).get("approval") or {})
    except ValidationError:
        return Approval()


def _schedule_of(recipient: str) -> Schedule | None:
    """What the profile says; ``None`` when that does not hold."""
    try:
        return Schedule.model_validate(read_as_it_is("recipients", recipient).get("schedule"))
    except ValidationError:
        return None


def read_as_it_is(folder: str, name: str) -> dict[str, Any]:
    """One file as it is, empty when it cannot be read: the tasks validate it, and say what is wrong."""
    try:
        content = read_yaml(config_folder() / folder / f"{name}.yaml")
    except ConfigError:
        return {}
    return content if isinstance(content, dict) else {}
