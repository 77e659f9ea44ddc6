"""What being vouched for is not enough for: ended people, addresses of somebody else, groups without a role."""

from __future__ import annotations

from crossdock.app.identity.federate import GroupRole
from crossdock.ports.principal import Grant, Reach, RoleName
from crossdock.transports.identity.login import vouched


def test_a_group_means_a_role_within_its_reach() -> None:
    group = GroupRole("dispatch", RoleName.OPERATOR, partners=("acme",), customers=("C1",))
    assert group.grant() == Grant(RoleName.OPERATOR, Reach(partners=("acme",), customers=("C1",)))


def test_an_address_counts_only_when_it_is_said_to_be_verified() -> None:
    claims = {"iss": "https://a", "sub": "1", "email": "ana@example.com", "name": "Ana"}
    for said in ({}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}):
        assert vouched({**claims, **said}, "groups").email == ""
    assert vouched({**claims, "email_verified": True}, "groups").email == "ana@example.com"


def test_groups_are_texts_in_a_list_and_bounded() -> None:
    claims = {"iss": "https://a", "sub": "1"}
    assert vouched({**claims, "roles": ["a", 2]}, "roles").groups == ("a", "2")
    assert vouched({**claims, "roles": "admin"}, "roles").groups == ()
    assert len(vouched({**claims, "roles": ["x"] * 1_000}, "roles").groups) == 200
