"""The ways by which a notice goes: mail, and the webhooks of Slack and Teams, all through Airflow's connections."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shield1367.errors import TerminalError, TransientError

if TYPE_CHECKING:
    from shield1367.config.notices import Mail, Webhook

_PATIENCE_SECONDS = 10.0
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class UnknownConnectionError(TerminalError):
    """Error raised when ``notices.yaml`` names a connection that no secrets backend gives."""

    code = "E680"


class OpenWebhookError(TerminalError):
    """Error raised when a webhook would be called without TLS: its address is its password."""

    code = "E681"


class WebhookFailedError(TransientError):
    """Error raised when a webhook does not take a notice."""

    code = "E682"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: *links* are title and address each."""

    subject: str
    text: str
    links: tuple[tuple[str, str], ...] = ()


def send_mail(mail: Mail, message: Message) -> None:
    """Send a message by Airflow's SMTP connection, from the sender that it names.

    Raises:
        UnknownConnectionError: there is none; whatever the mail server does is raised as it is.
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    paragraphs = [html.escape(message.text)]
    paragraphs += [f'<a href="{html.escape(url)}">{html.escape(title)}</a>' for title, url in message.links]
    _connection(mail.connection)
    with SmtpHook(smtp_conn_id=mail.connection) as hook:
        hook.send_email_smtp(
            to=list(mail.to),
            subject=message.subject,
            html_content="".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs),
        )


def post(hook: Webhook, message: Message) -> None:
    """Post a message to a webhook.

    Raises:
        UnknownConnectionError, OpenWebhookError, WebhookFailedError: it could not be told.
    """
    import httpx

    url = _address(hook.connection)
    try:
        # No redirect is followed: a notice goes where the connection says and nowhere else. At INFO httpx would log the
        # address, which is a secret: Airflow keeps it at WARNING, and masks the password of a connection.
        answer = httpx.post(url, json=_FORMS[hook.form](message), timeout=_PATIENCE_SECONDS)
    except httpx.HTTPError as error:
        raise WebhookFailedError(
            f"the webhook of connection {hook.connection} does not answer: {type(error).__name__}.",
            mend="check the connection's host, and the way out of this network.",
        ) from None
    if not answer.is_success:
        raise WebhookFailedError(
            f"the webhook of connection {hook.connection} answered {answer.status_code}.",
            mend="check the connection's password; make a new webhook if that one was taken back.",
        )


def _address(connection_id: str) -> str:
    """Host, and behind it what of the address is secret: the connection's password."""
    connection = _connection(connection_id)
    host, secret = connection.host or "", connection.password or ""
    url = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    port = f":{connection.port}" if connection.port else ""
    url = f"{url.rstrip('/')}{port}" + (f"/{secret.lstrip('/')}" if secret else "")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
        raise OpenWebhookError(
            f"connection {connection_id} has a webhook without TLS.", mend="write its host with https://."
        )
    return url


def _connection(connection_id: str) -> Any:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.log import mask_secret

    try:
        connection = Connection.get(connection_id)
    except AirflowNotFoundException:
        raise UnknownConnectionError(
            f"notices.yaml names connection {connection_id}, which Airflow does not have.",
            mend=f"add it in Airflow, or as AIRFLOW_CONN_{connection_id.upper()}.",
        ) from None
    if connection.password:
        mask_secret(connection.password)
    return connection


def _slack(message: Message) -> dict[str, Any]:
    def plain(text: str) -> str:
        return html.escape(text, quote=False)

    links = [f"<{plain(url)}|{plain(title)}>" for title, url in message.links]
    return {"text": "\n".join([f"*{plain(message.subject)}*", plain(message.text), *links])}


def _teams(message: Message) -> dict[str, Any]:
    """An adaptive card, as the webhook of a workflow takes it."""
    card = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": message.subject, "weight": "Bolder", "wrap": True},
            {"type": "TextBlock", "text": message.text, "wrap": True},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in message.links],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}


_FORMS: Mapping[str, Callable[[Message], dict[str, Any]]] = {"slack": _slack, "teams": _teams}
