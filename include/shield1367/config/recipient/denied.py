"""The hard-deny list (R-19): refused in code, so that no profile, authority or signature overrides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from shield1367.config.organizations import OrganizationType

DENIED_TYPES: Mapping[OrganizationType, str] = {
    OrganizationType.FOREIGN_GOVERNMENT: "§ 1367(b) has no exception for foreign governments or consulates",
    OrganizationType.ABUSER_OR_COUNSEL: "an abuser or trafficker, or whoever acts for one, receives nothing",
    OrganizationType.PUBLIC: "rows are never published; § 1367(b)(1) permits tabulations only",
    OrganizationType.AI_SERVICE: "no exception permits a third party's model to read case data",
    OrganizationType.COMMERCIAL_SERVICE: "no exception permits a commercial service to hold case data",
}

# Services that hand on, publish or learn from what they get. The control is the profile's own list of
# endpoints; these are refused even when somebody registers them.
_DENIED_HOSTS = (
    "openai.com", "anthropic.com", "huggingface.co", "generativelanguage.googleapis.com",
    "cohere.ai", "mistral.ai", "groq.com",
    "github.com", "githubusercontent.com", "gitlab.com", "kaggle.com", "pastebin.com", "transfer.sh",
    "dropbox.com", "wetransfer.com", "discord.com", "slack.com", "webhook.site",
)  # fmt: skip
_DENIED_SCHEMES = {
    "http": "goes unencrypted",
    "ftp": "goes unencrypted",
    "telnet": "goes unencrypted",
    "huggingface": "is a third party's model hub",
    "hf": "is a third party's model hub",
    "github": "is a public code host",
    "git": "is a public code host",
    "gdrive": "is a third party's service",
    "dropbox": "is a third party's service",
}


def denied_endpoint(url: str) -> str | None:
    """Why nothing is ever delivered to *url*; ``None`` when the hard-deny list is silent."""
    # fsspec chains stores: `simplecache::https://…` ends at the last one.
    *outer, last = url.strip().split("::")
    parts = urlsplit(last)
    for scheme in (*outer, parts.scheme):
        if why := _DENIED_SCHEMES.get(scheme.lower().partition(":")[0]):
            return f"{scheme}: {why}"
    host = (parts.hostname or "").rstrip(".")
    if any(host == denied or host.endswith(f".{denied}") for denied in _DENIED_HOSTS):
        return f"{host} is a third party's service"
    return None


def unregistered(url: str, endpoints: tuple[str, ...]) -> bool:
    """Whether *url* lies below none of the endpoints; ``..`` leads nowhere."""
    if ".." in url.split("/"):
        return True
    return not any(_below(url.rstrip("/"), endpoint.rstrip("/")) for endpoint in endpoints)


def _below(url: str, endpoint: str) -> bool:
    return url == endpoint or url.startswith(f"{endpoint}/")


def endpoint_faults(url: str | None, endpoints: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Key and message for whatever stands against delivering to *url*."""
    for position, endpoint in enumerate(endpoints):
        if why := denied_endpoint(endpoint):
            yield f"organization.endpoints.{position}", f"is on the hard-deny list: {why}"
    if url is None:
        return
    if why := denied_endpoint(url):
        yield "delivery.url", f"is on the hard-deny list: {why}"
    elif unregistered(url, endpoints):
        yield "delivery.url", "lies below no URL of organization.endpoints; register it there"
