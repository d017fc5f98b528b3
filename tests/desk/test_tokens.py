"""Tokens of forms: bound to user, browser and hour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shield1367.desk.tokens import Tokens

NAMES = st.text(max_size=20)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@given(user=NAMES, browser=NAMES, other_user=NAMES, other_browser=NAMES)
def test_a_token_holds_for_whom_it_was_made(
    user: str, browser: str, other_user: str, other_browser: str
) -> None:
    tokens = Tokens(b"secret", Clock())
    made = tokens.make(user, browser)
    same = (other_user, other_browser) == (user, browser)
    assert tokens.holds(made, user, browser)
    assert tokens.holds(made, other_user, other_browser) == same
    assert not Tokens(b"another", Clock()).holds(made, user, browser)


@given(text=st.text(max_size=100))
def test_nothing_else_is_a_token(text: str) -> None:
    assert not Tokens(b"secret", Clock()).holds(text, "ada", "browser")


def test_a_token_lives_an_hour_and_its_end_cannot_be_moved() -> None:
    clock = Clock()
    tokens = Tokens(b"secret", clock)
    made = tokens.make("ada", "browser")
    clock.now += 3600
    assert tokens.holds(made, "ada", "browser")
    clock.now += 1
    assert not tokens.holds(made, "ada", "browser")
    expires, _, mark = made.partition(".")
    assert not tokens.holds(f"{int(expires) + 3600}.{mark}", "ada", "browser")


def test_two_servers_with_one_secret_agree() -> None:
    clock = Clock()
    assert Tokens(b"secret", clock).holds(Tokens(b"secret", clock).make("ada", "b"), "ada", "b")


def test_those_who_see_protected_values_have_a_quarter_of_an_hour() -> None:
    from shield1367.desk.tokens import CLEARED_SECONDS

    now = [1000.0]
    tokens = Tokens(b"s", clock=lambda: now[0])
    token = tokens.make("mara", "b", CLEARED_SECONDS)
    now[0] += 15 * 60
    assert tokens.holds(token, "mara", "b")
    now[0] += 1
    assert not tokens.holds(token, "mara", "b")
