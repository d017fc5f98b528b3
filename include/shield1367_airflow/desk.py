"""The compliance desk for Airflow's API server: who a user is, and the secret its servers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shield1367.home import Home

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from shield1367.desk.access import Account
    from shield1367.keys import Keys


def create() -> FastAPI:
    """The desk of ``SHIELD1367_HOME``; to be called in the API server and nowhere else."""
    from airflow.configuration import conf

    from shield1367.desk.app import create_app
    from shield1367.desk.site import DeskSite

    # All API servers of an Airflow have the same one: it signs their sessions too.
    secret = conf.get_mandatory_value("api", "secret_key").encode()
    site = DeskSite(Home.from_environment(), load_keys=load_keys)
    # While Airflow's server gets ready, so that the first who opens the list finds all of it.
    site.catalogue.warm()
    return create_app(site, identify=signed_in, secret=secret)


def load_keys(home: Home) -> Keys:
    """The key for lookups alone, where one is handed in; else the keys of the home.

    Raises:
        KeyMissingError: what is handed in is no such key, or the key does not open the home.
        StorageError: its file cannot be read.
    """
    from shield1367.desk.limited import DeskKeys
    from shield1367_airflow.keystore import load_limited

    return load_limited(DeskKeys, home)


async def signed_in(request: Request) -> Account | None:
    """The user of Airflow who sent a request, by its header or its session cookie; ``None`` for nobody.

    Works with every auth manager: a user has a name, and a role or several.
    """
    # Not the dependencies of Airflow's own routes: some of them read the state of an app that this one is not.
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
    from fastapi import HTTPException

    from shield1367.desk.access import Account

    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        # Not signed in, expired, or a token of another server: to the desk they are all nobody.
        return None
    return Account(user.get_name(), roles_of(user), _signed_in_at(request))


def _signed_in_at(request: Request) -> float | None:
    """When the token that was sent was made; ``None`` when it does not say.

    A manager that makes tokens anew while somebody works says when it did so last.
    """
    import jwt
    from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN

    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    token = sent if scheme.lower() == "bearer" else request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
    try:
        # Airflow has just checked its signature.
        made = jwt.decode(token, options={"verify_signature": False}).get("iat")
    except jwt.PyJWTError:
        return None
    return float(made) if isinstance(made, int | float) else None


def roles_of(user: object) -> frozenset[str]:
    """Names of a user's roles in lower case: ``role`` of the simple auth manager, ``roles`` of FAB."""
    one, several = getattr(user, "role", None), getattr(user, "roles", None)
    names = [one] if isinstance(one, str) else [getattr(role, "name", role) for role in several or ()]
    return frozenset(name.casefold() for name in names if isinstance(name, str))
