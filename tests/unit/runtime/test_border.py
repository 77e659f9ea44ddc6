"""What the configuration of a border says: who may come, and what a neighbour may ask for."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crossdock.runtime.doctor import Neighbours, Patient, examine
from crossdock.runtime.engines.border import ABROAD, CURATED, Border, Papers, files, links, neighbour

HERE = Path("/data/border")
LISTENING = Border("eu", listen="10.0.0.1:7422", password="secret")
GOING = Border("us", links=("nats-leaf://cell:secret@10.0.0.1:7422", "nats-leaf://cell:other@10.0.0.2:7422"))


def test_who_listens_lets_neighbours_in_by_a_user_of_their_own() -> None:
    assert links(LISTENING, HERE) == {"leafnodes": {"reconnect": "1s", "listen": "10.0.0.1:7422"}}
    (user,) = neighbour(LISTENING)
    assert (user["user"], user["password"]) == ("cell", "secret")


def test_a_neighbour_may_ask_to_read_and_nothing_that_changes_anything() -> None:
    (user,) = neighbour(LISTENING)
    permissions = user["permissions"]
    assert isinstance(permissions, dict)
    asked = [subject for subject in permissions["publish"]["allow"] if ".API." in subject]
    assert asked
    assert all(CURATED in subject and subject.startswith("$JS.eu.API.") for subject in asked)
    assert not any(act in subject for act in ("PURGE", "UPDATE", "STREAM.DELETE", ABROAD) for subject in asked)


def test_who_goes_to_others_links_to_each_and_lets_nobody_in() -> None:
    assert neighbour(GOING) == ()
    leaf = links(GOING, HERE)["leafnodes"]
    assert isinstance(leaf, dict)
    assert [remote["urls"] for remote in leaf["remotes"]] == [[link] for link in GOING.links]
    assert all("curated.us.>" in remote["deny_imports"] for remote in leaf["remotes"])


def test_a_cell_without_links_has_none() -> None:
    assert links(Border("eu"), HERE) == {}


async def test_a_border_that_does_not_answer_is_told_with_what_to_do() -> None:
    (check,) = await examine(Patient(neighbours=Neighbours("http://127.0.0.1:9", "eu", linked=True)))
    assert (check.name, check.ok) == ("cells.reachable", False)
    assert "Start the border" in check.what_to_do


def test_with_papers_both_sides_show_theirs_and_look_at_the_other_ones() -> None:
    papers = Papers("CERTIFICATE", "PRIVATE KEY", "AUTHORITY")
    ours = {name: f"/data/border/{file}.pem" for name, file in
            (("cert_file", "certificate"), ("key_file", "key"), ("ca_file", "authority"))}  # fmt: skip
    leaf = links(msgspec.structs.replace(LISTENING, papers=papers), HERE)["leafnodes"]
    assert isinstance(leaf, dict)
    assert leaf["tls"] == {**ours, "verify": True}
    going = msgspec.structs.replace(GOING, papers=papers)
    leaf = links(going, HERE)["leafnodes"]
    assert isinstance(leaf, dict)
    assert [remote["tls"] for remote in leaf["remotes"]] == [ours, ours]
    assert files(going) == {"certificate.pem": "CERTIFICATE", "key.pem": "PRIVATE KEY", "authority.pem": "AUTHORITY"}
    assert files(GOING) == {}
