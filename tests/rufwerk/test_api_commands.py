"""``rufwerk api-token`` on the command line."""

import json

import pytest

from tests.rufwerk.command_line import Run


@pytest.fixture
def run(run: Run) -> Run:
    """In a home that has a database."""
    run("db", "upgrade")
    return run


def test_a_token_is_made_listed_and_revoked(run: Run) -> None:
    status, token, said = run("api-token", "add", "toolbar", "--role", "agent-desk")
    assert (status, len(token.split())) == (0, 1)
    assert len(token.strip()) >= 40
    assert "isn't shown again" in said
    made = run("api-token", "add", "wall", "--role", "floor", "--tenant", "alpenrad", "--json")
    assert json.loads(made[1])["token"]
    assert run("api-token", "revoke", "toolbar")[0] == 0
    rows = json.loads(run("api-token", "list", "--json")[1])
    assert [(row["name"], row["role"], row["tenant"]) for row in rows] == [
        ("toolbar", "agent-desk", None),
        ("wall", "floor", "alpenrad"),
    ]
    assert [row["revoked"] is None for row in rows] == [False, True]
    listed = run("api-token", "list")[1]
    assert "toolbar" in listed
    assert token.strip() not in listed + json.dumps(rows)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "Tool bar", "--role", "floor"), "small letters"),
        (("add", "wall", "--role", "floor", "--tenant", "nobody"), "Take one of alpenrad"),
        (("add", "wall", "--role", "everything"), "agent-desk"),
        (("revoke", "nobody"), "api-token list"),
    ],
)
def test_what_cant_be_done_is_said(run: Run, arguments: tuple[str, ...], says: str) -> None:
    status, out, said = run("api-token", *arguments)
    assert (status != 0, out) == (True, "")
    assert says in " ".join(said.split())
