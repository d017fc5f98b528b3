"""Tells people by mail, Slack or Teams what waits for them: ids and links, and no data of anybody.

A notice decides nothing. Whatever goes wrong with one is a line in the log, by type: no message of a mail server or
webhook gets there, since it may quote an address that is a secret. The release neither fails nor goes because of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
            if event == "lookback_case":
                _tell_of_cases(notices)
            else:
                send_all(notices, event, _message(notices, event, self.recipient, context))

        _guarded(f"notice of {self.event}", tell)


@dataclass(frozen=True, slots=True)
class Place:
    """One mail or channel that a notice goes to.

    Attributes:
        connection: id of Airflow's connection; *key* tells it from others over the same one.
    """

    connection: str
    key: str
    send: Callable[[Message], None]

    def tell(self, event: Event, message: Message) -> bool:
        """Send; a failure is a line in the log and ``False``."""
        return _guarded(f"notice of {event} by {self.connection}", partial(self.send, message))


def places(notices: Notices, event: Event, *, besides: Sequence[str] = ()) -> list[Place]:
    """Where a notice of *event* goes.

    Args:
        besides: mail addresses that a profile names.
    """
    from shield1367.config.notices import Mail
    from shield1367_airflow.notice_senders import post, send_mail

    mails = [mail for mail in notices.mails if event in mail.about]
    if besides:
        mails.append(Mail(connection=notices.escalations, to=tuple(besides)))
    hooks = [hook for hook in notices.webhooks if event in hook.about]
    return [
        *(Place(mail.connection, mail.content_hash(), partial(send_mail, mail)) for mail in mails),
        *(Place(hook.connection, hook.content_hash(), partial(post, hook)) for hook in hooks),
    ]


def send_all(notices: Notices, event: Event, message: Message) -> bool:
    """Send a message to every place that wants to know; whether one has it, or none wants it."""
    told = [place.tell(event, message) for place in places(notices, event)]
    return any(told) or not told


def _guarded(what: str, act: Callable[[], None]) -> bool:
    """Do it, and log instead of raising; of a foreign error no more than its type and place. Whether it was done."""
    try:
        act()
        return True
    except Shield1367Error as error:
        log.error("%s was not sent: %s", what, error)
    except Exception as error:  # noqa: BLE001  # a notice may fail in any way, and nothing else with it
        log.error("%s was not sent: %s", what, UnexpectedError.of(error))
    return False


def worded(notices: Notices, event: Event, told: Mapping[str, str], *links: tuple[str, str]) -> Message:
    """The notice of an event in the words of ``notices.yaml``; *links* are title and path each."""
    from shield1367_airflow.notice_senders import Message

    text, base = notices.text_of(event), airflow_address()
    return Message(
        text.subject.format(**told),
        text.text.format(**told),
        tuple((title, f"{base}{path}") for title, path in links),
    )


def release_links(release_id: str) -> tuple[tuple[str, str], ...]:
    """Where to read about a release, and where to answer for it."""
    return (
        ("Release on the compliance desk", f"{_DESK}/releases/{quote(release_id, safe='')}"),
        ("Required actions", "/required_actions"),
    )


def _tell_of_cases(notices: Notices) -> None:
    """Whoever opened them: the export that looked first, the DAG, or somebody with the command."""
    from shield1367.config.notices import Event
    from shield1367.home import Home
    from shield1367.lookback.told import tell_of_cases

    def tell(cases: tuple[str, ...]) -> bool:
        link = ("Cases on the compliance desk", f"{_DESK}/lookback")
        message = worded(notices, Event.LOOKBACK_CASE, {"cases": ", ".join(cases)}, link)
        return send_all(notices, Event.LOOKBACK_CASE, message)

    tell_of_cases(Home.from_environment(), tell)


def _message(notices: Notices, event: Event, recipient: str | None, context: Any) -> Message:
    """The notice of what became of a release, or waits for somebody."""
    told = {"recipient": recipient or "", "release": "a release"}
    links = [("Compliance desk", f"{_DESK}/")]
    if release := _release_of(context):
        told["release"] = f"release {release}"
        links = [*release_links(release)[:1]]
    if event == "approval_wanted":
        links.append(("Required actions", "/required_actions"))
    if event in ("release_refused", "export_late") and (run := _run_of(context)):
        dag = f"export_{recipient}"
        links.append(("Run in Airflow", f"/dags/{quote(dag, safe='')}/runs/{quote(run, safe='')}"))
    return worded(notices, event, told, *links)


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


def airflow_address() -> str:
    """Where people open Airflow, without a slash at its end; empty when nobody has said."""
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="")).rstrip("/")
