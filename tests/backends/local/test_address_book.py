from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from outrider.backends.local import address_book, user_tables
from outrider.backends.local.address_book import Routes, resolve
from outrider.database import Connection, metadata

NODES = ["g0@example.org", "g1@example.org", "g2@example.org", "g3@example.org"]
PEOPLE = ["alice@example.org", "bob@example.org"]
REMOTE = "carol@example.net"
GONE = "gone@example.org"
NEW_USER = """
INSERT INTO users (id, address, name, given_name, surname, office, company, title, phone, home_phone, mobile,
    time_zone, admin, eas, enabled, password, words, stamp, created)
VALUES (?, ?, '', '', '', '', '', '', '', '', '', 'UTC', 0, 1, 1, '', '', 's', 0)
"""


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine, tables=[user_tables.users, user_tables.groups, user_tables.addresses])
    metadata.create_all(engine, tables=[user_tables.group_members])
    raw = engine.raw_connection()
    assert isinstance(raw.driver_connection, sqlite3.Connection)
    for number, address in enumerate(PEOPLE, 1):
        raw.driver_connection.execute(NEW_USER, (number, address))
        address_book.claim(raw.driver_connection, address, user=number)
    address_book.claim(raw.driver_connection, "al@example.org", user=1)
    for number, address in enumerate(NODES, 1):
        raw.driver_connection.execute("INSERT INTO groups VALUES (?, ?, ?, '')", (number, address, address))
        address_book.claim(raw.driver_connection, address, group=number)
    yield raw.driver_connection
    raw.close()
    engine.dispose()


def write_groups(connection: Connection, groups: list[list[str]]) -> None:
    connection.execute("DELETE FROM group_members")
    for number, members in enumerate(groups, 1):
        connection.executemany(
            "INSERT INTO group_members VALUES (?, ?)", [(number, member) for member in set(members)]
        )


def reached(groups: list[list[str]], start: list[str]) -> set[str]:
    """The addresses to which a walk over the groups comes, by the plainest means."""
    found = set(start)
    while True:
        more = {member for node in found if node in NODES for member in groups[NODES.index(node)]}
        if more <= found:
            return found
        found |= more


MEMBERS = st.lists(st.sampled_from([*NODES, *PEOPLE, "al@example.org", REMOTE, GONE]), max_size=5)


@given(groups=st.lists(MEMBERS, min_size=4, max_size=4), start=MEMBERS)
def test_groups_of_groups_reach_everybody_once_and_end(
    connection: Connection, groups: list[list[str]], start: list[str]
) -> None:
    write_groups(connection, groups)
    routes = resolve(connection, start, ())
    found = {PEOPLE[0] if node == "al@example.org" else node for node in reached(groups, start)}
    assert sorted(routes.accounts) == sorted(found & set(PEOPLE))
    assert set(routes.remote) == found & {REMOTE}
    empty = {node for node in found & set(NODES) if not groups[NODES.index(node)]}
    assert set(routes.unknown) == empty | (found & {GONE})


@given(groups=st.lists(MEMBERS, min_size=4, max_size=4))
def test_groups_of_a_user_are_those_whose_members_reach_them(
    connection: Connection, groups: list[list[str]]
) -> None:
    write_groups(connection, groups)
    expected = [node for node in NODES if reached(groups, [node]) & {"alice@example.org", "al@example.org"}]
    assert list(address_book.groups_of(connection, 1)) == expected


def test_recipients_are_sorted_by_where_they_lead(connection: Connection) -> None:
    write_groups(connection, [[], [], [], []])
    recipients = ["AL@example.org", "Bob@example.org", "Carol@Example.net", "nobody@example.org", "x y@z"]
    assert resolve(connection, recipients, ()) == Routes(
        accounts=("alice@example.org", "bob@example.org"),
        remote=("Carol@example.net",),
        unknown={
            "nobody@example.org": "There is no such user here.",
            "x y@z": "'x y@z' is not a mail address.",
        },
    )


def test_domain_without_users_is_ours_when_it_is_named(connection: Connection) -> None:
    assert resolve(connection, [REMOTE], ("example.net",)).unknown == {REMOTE: "There is no such user here."}


def test_stamps_never_repeat() -> None:
    assert len({address_book.new_stamp() for _ in range(100)}) == 100
