"""Tells people by mail, Slack or Teams what waits for them: ids and links, and no data of anybody.

A notice decides nothing. Whatever goes wrong with one is a line in the log, by type: no message of a mail server or
webhook gets there, since it may quote an address that is a secret. The release neither fails nor goes because of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk.bases.notifier import BaseNotifier

from shield1367.errors import Shield1367Error, UnexpectedError

if TYPE_CHECKING:
    from shield1367.config.notices import Event, Notices
    from shield1367_airflow.notice_senders import Message

log = logging.getLogger(__name__)

_DESK = "/compliance"


class Notice(BaseNotifier):
    """A callback of a DAG, a task or a question that tells of one kind of event.

    Args:
        event: one of :class:`~shield1367.config.notices.Event`.
        recipient: whose release it is about; of a look-back it is not known.
    """

    def __init__(self, event: str, recipient: str | None = None) -> None:
        super().__init__()
        self.event = event
        self.recipient = recipient

    def __call__(self, *args: Any) -> None:
        """Tell; nothing is rendered before, ids are no templates."""
        self.notify(args[0])

    def notify(self, context: Any) -> None:
        """Tell everybody whom ``notices.yaml`` names for this event; never raises."""
        from shield1367.config.notices import Event, load_notices

        def tell() -> None:
            event, notices = Event(self.event), load_notices()
            senders = _senders(notices, event)
            if senders and (message := _message(event, self.recipient, context)):
                for name, send in senders:
                    _guarded(f"notice of {event} by {name}", partial(send, message))

        _guarded(f"notice of {self.event}", tell)


def _guarded(what: str, act: Callable[[], None]) -> None:
    """Do it, and log instead of raising; of a foreign error no more than its type and place."""
    try:
        act()
    except Shield1367Error as error:
        log.error("%s was not sent: %s", what, error)
    except Exception as error:  # noqa: BLE001  # a notice may fail in any way, and nothing else with it
        log.error("%s was not sent: %s", what, UnexpectedError.of(error))


def _senders(notices: Notices, event: Event) -> list[tuple[str, Callable[[Message], None]]]:
    """Id of the connection, and what sends a message over it, for each place that wants to know."""
    from shield1367_airflow.notice_senders import post, send_mail

    mails = [(mail.connection, partial(send_mail, mail)) for mail in notices.mails if event in mail.about]
    hooks = [(hook.connection, partial(post, hook)) for hook in notices.webhooks if event in hook.about]
    return [*mails, *hooks]


_TEXTS: Mapping[str, tuple[str, str]] = {
    "approval_wanted": (
        "Approval wanted: {release} for {recipient}",
        "Every check of {release} for {recipient} holds, and it waits for an approver. Read the dossier, then answer in"
        " Airflow's required actions. No answer in time is a no.",
    ),
    "release_ready": (
        "Released: {release} for {recipient}",
        "It passed every check, stands in the ledger and has gone out: {release} for {recipient}.",
    ),
    "release_refused": (
        "Not released: {release} for {recipient}",
        "The export for {recipient} ended without a release. The run's log says what was refused and how to mend it.",
    ),
    "export_late": (
        "Late: the export for {recipient}",
        "The run is not finished, and has not failed: it waits, or takes longer than its profile allows. The run's page"
        " says where it stands; the runbook says what to look at.",
    ),
    "lookback_case": (
        "Look-back: {cases}",
        "Earlier releases are in question. Opened or extended: {cases}. Their recipients get nothing more until"
        " somebody decides; the desk and `shield1367 lookback list` say what is to be done, and by when.",
    ),
}


def _message(event: Event, recipient: str | None, context: Any) -> Message | None:
    """The text of an event; ``None`` when there is nothing to tell."""
    from shield1367_airflow.notice_senders import Message

    told = {"recipient": recipient or "", "release": "a release", "cases": ""}
    links = [("Compliance desk", f"{_base()}{_DESK}/")]
    if event == "lookback_case":
        cases = context["ti"].xcom_pull(task_ids="look_back")["cases"]
        if not cases:
            return None
        told["cases"] = ", ".join(cases)
        links = [("Cases on the compliance desk", f"{_base()}{_DESK}/lookback")]
    elif release := _release_of(context):
        told["release"] = f"release {release}"
        links = [("Release on the compliance desk", f"{_base()}{_DESK}/releases/{quote(release, safe='')}")]
    if event == "approval_wanted":
        links.append(("Required actions", f"{_base()}/required_actions"))
    if event in ("release_refused", "export_late") and (run := _run_of(context)):
        dag = f"export_{recipient}"
        links.append(("Run in Airflow", f"{_base()}/dags/{quote(dag, safe='')}/runs/{quote(run, safe='')}"))
    subject, text = _TEXTS[event]
    return Message(subject.format(**told), text.format(**told), tuple(links))


def _release_of(context: Any) -> str | None:
    """Id of the release that a run plans; ``None`` when it came to no plan, or Airflow does not say.

    The callback of a run is called by another process than its tasks, and a notice without the id is better than none.
    """
    if (ti := context.get("ti")) is None:
        return None
    try:
        parts = ti.xcom_pull(task_ids="plan")
    except Exception as error:  # noqa: BLE001  # as in _guarded
        log.warning("the release of a notice is not known: %s", UnexpectedError.of(error))
        return None
    return Path(parts[0]["work"]).name if parts else None


def _run_of(context: Any) -> str | None:
    """Id of the run; the callback of a deadline is given the run as the API shows it, others an object or an id."""
    run = context.get("dag_run")
    found = context.get("run_id") or (run.get("dag_run_id") if isinstance(run, Mapping) else None)
    return str(found) if found else None


def _base() -> str:
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="")).rstrip("/")
