"""Roles by verb and by reach: the whole table, and what reaches what."""

from __future__ import annotations

import itertools
import re

import pytest

from crossdock.ports.principal import DIMENSIONS, VERBS, Grant, Kind, Principal, Reach, RoleName, Verb, Whose
from tests.house.sources import ROOT

COLUMNS = (
    Verb.READ,
    Verb.WORK,
    Verb.ACT,
    Verb.APPROVE,
    Verb.CONFIGURE,
    Verb.MANAGE_PEOPLE,
    Verb.SEE_PERSONAL_DATA,
    Verb.SEE_MONEY,
    Verb.SEE_PAYLOADS,
    Verb.SEE_OWN,
)


def somebody(*grants: Grant) -> Principal:
    return Principal("1", "Ana Ruiz", Kind.PERSON, grants)


@pytest.mark.parametrize(("role", "verb"), list(itertools.product(RoleName, Verb)))
def test_a_role_may_what_the_page_says(role: RoleName, verb: Verb) -> None:
    page = (ROOT / "docs" / "concepts" / "identity.md").read_text()
    row = re.search(rf"^\| {role} \|(.*)\|$", page, re.MULTILINE)
    assert row is not None
    said = row[1].split("|")[COLUMNS.index(verb)].strip() == "✓"
    assert somebody(Grant(role)).may(verb) is said
    assert somebody(Grant(role)).may(verb, Whose()) is said


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_reach_holds_what_has_a_part_in_it_and_nothing_unsaid(dimension: str) -> None:
    mine = somebody(Grant(RoleName.VIEWER, Reach(**{dimension: ("a", "b")})))
    assert mine.may(Verb.READ)
    assert mine.may(Verb.READ, Whose(**{dimension: ("b", "c")}))
    assert not mine.may(Verb.READ, Whose(**{dimension: ("c",)}))
    assert not mine.may(Verb.READ, Whose())
    for other in set(DIMENSIONS) - {dimension}:
        assert not mine.may(Verb.READ, Whose(**{other: ("a",)}))


def test_dimensions_all_count_and_grants_any() -> None:
    both = Grant(RoleName.VIEWER, Reach(partners=("p",), sites=("s",)))
    assert somebody(both).may(Verb.READ, Whose(partners=("p",), sites=("s",)))
    assert not somebody(both).may(Verb.READ, Whose(partners=("p",), sites=("t",)))
    either = somebody(Grant(RoleName.VIEWER, Reach(partners=("p",))), Grant(RoleName.OPERATOR, Reach(sites=("s",))))
    assert either.may(Verb.READ, Whose(partners=("p",), sites=("t",)))
    assert not either.may(Verb.ACT, Whose(partners=("p",), sites=("t",)))


def test_a_reach_of_everything_stands_for_the_others() -> None:
    one = somebody(Grant(RoleName.VIEWER, Reach(partners=("p",))), Grant(RoleName.OPERATOR))
    assert one.reaches(Verb.READ) == (Reach(),)
    assert one.reaches(Verb.ACT) == (Reach(),)
    assert one.reaches(Verb.APPROVE) == ()


def test_nobody_approves_what_they_configured_and_no_admin_sees_addresses() -> None:
    assert not any({Verb.APPROVE, Verb.CONFIGURE} <= verbs for verbs in VERBS.values())
    assert Verb.SEE_PERSONAL_DATA not in VERBS[RoleName.ADMIN]
    assert VERBS[RoleName.CUSTOMER] == {Verb.SEE_OWN}
