"""``desk.yaml``: who becomes what, and what the file may not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.desk.access import ACCESS, BESIDES, Account, Role, Visitor
from shield1367.desk.settings import DeskSettings, load_desk_settings, visitor_of
from shield1367.errors import ConfigError


def load(tmp_path: Path, text: str) -> DeskSettings:
    (tmp_path / "desk.yaml").write_text(text)
    return load_desk_settings(tmp_path)


def test_what_is_shipped_lets_the_administrator_look_and_clears_nobody() -> None:
    visitor = visitor_of(load_desk_settings(DEFAULT_CONFIG), Account("admin", frozenset({"admin"})))
    assert visitor.roles == {Role.ENGINEER, Role.COMPLIANCE, Role.AUDITOR}
    assert not visitor.may_call("ask")


def test_without_the_file_nobody_gets_in(tmp_path: Path) -> None:
    assert not visitor_of(load_desk_settings(tmp_path), Account("admin", frozenset({"admin"}))).roles


def test_roles_of_person_and_of_airflow_add_up(tmp_path: Path) -> None:
    settings = load(tmp_path, "airflow_roles: {Admin: [engineer]}\npeople: {ada: {roles: [approver]}}\n")
    assert visitor_of(settings, Account("ada", frozenset({"admin"}))).roles == {Role.ENGINEER, Role.APPROVER}
    assert visitor_of(settings, Account("bo", frozenset({"admin"}))).roles == {Role.ENGINEER}
    # Names are the auth manager's, to the letter: Ada may be somebody else.
    assert not visitor_of(settings, Account("Ada", frozenset({"viewer"}))).roles


def test_an_analyst_stays_one_whatever_their_role_in_airflow(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "airflow_roles: {admin: [compliance]}\npeople: {t: {roles: [analyst], recipients: [county-analytics]}}\n",
    )
    visitor = visitor_of(settings, Account("t", frozenset({"admin"})))
    assert visitor.roles == {Role.ANALYST}
    assert visitor.confined_to == {"county-analytics"}
    assert not visitor.may_count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("airflow_roles: {viewer: [cleared_reviewer]}", "cleared_reviewer cannot come from a role"),
        ("airflow_roles: {op: [approver]}", "approver cannot come from a role"),
        ("airflow_roles: {op: [analyst]}", "analyst cannot come from a role"),
        ("people: {t: {roles: [analyst]}}", "recipients: goes with the role analyst"),
        ("people: {t: {roles: [auditor], recipients: [x]}}", "recipients: goes with the role analyst"),
        ("people: {t: {roles: [analyst, auditor], recipients: [x]}}", "is nothing else here"),
        ("people: {t: {roles: []}}", "people.t.roles"),
        ("people: {t: {roles: [king]}}", "people.t.roles"),
        ("look_ups: {most: 0}", "look_ups.most"),
        ("everybody: true", "is not a known key"),
    ],
)
def test_a_file_that_gives_too_much_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load(tmp_path, text)


@given(
    roles=st.frozensets(st.sampled_from(Role)), route=st.one_of(st.sampled_from(sorted(ACCESS)), st.text())
)
def test_a_route_opens_by_its_row_and_by_nothing_else(roles: frozenset[Role], route: str) -> None:
    allowed: Any = ACCESS.get(route, frozenset())
    besides = BESIDES.get(route, frozenset())
    may = any(role in allowed for role in roles) and all(role in roles for role in besides)
    assert Visitor("x", roles).may_call(route) == may
