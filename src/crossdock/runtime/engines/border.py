"""What turns a NATS server into the border of a cell: a JetStream domain of its own, and links to other borders.

A border holds curated facts and nothing else; the cell's log is another server, which no link reaches. What a neighbour
may do over a link is listed here: read the stream `CURATED` by a source, no more. A link is made by one side (`links`)
and taken by the other (`listen`); both are held to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

LINK_USER = "cell"
CURATED, ABROAD = "CURATED", "ABROAD"
RECONNECT = "1s"
# Replies to what we asked, and the bytes of sources with their flow control.
ANSWERS = ("_INBOX.>", "$JSC.R.>", "$JS.S.>", "$JS.FC.>", "$JS.ACK.CURATED.>")


class Border(msgspec.Struct, frozen=True):
    """One border. `domain` is the cell's region; `links` are addresses with user and password in them."""

    domain: str
    listen: str = ""
    password: str = ""
    links: tuple[str, ...] = ()


def links(border: Border) -> dict[str, object]:
    """What is added to the server's configuration."""
    leaf: dict[str, object] = {"reconnect": RECONNECT}
    if border.listen:
        leaf |= {"listen": border.listen}
    if border.links:
        leaf["remotes"] = [{"urls": [link], "deny_imports": forbidden(border.domain)} for link in border.links]
    return {"leafnodes": leaf} if border.listen or border.links else {}


def neighbour(border: Border) -> Sequence[Mapping[str, object]]:
    """The user our neighbours come as; none where none may come."""
    if not border.listen:
        return ()
    return ({"user": LINK_USER, "password": border.password, "permissions": permissions(border.domain)},)


def permissions(domain: str) -> Mapping[str, object]:
    """What the neighbour who comes to us may say, and what it may hear: ours, and nothing it could change."""
    return {"publish": {"allow": [*asked(domain), *ANSWERS]}, "subscribe": {"allow": [">"]}}


def asked(domain: str) -> Sequence[str]:
    """The questions a source asks the domain it reads."""
    api = f"$JS.{domain}.API"
    return (
        f"{api}.CONSUMER.CREATE.{CURATED}",
        f"{api}.CONSUMER.CREATE.{CURATED}.>",
        f"{api}.CONSUMER.DELETE.{CURATED}.>",
        f"{api}.STREAM.INFO.{CURATED}",
    )


def forbidden(domain: str) -> list[str]:
    """What the neighbour we go to may not say to us: a server that links can only be told what is forbidden."""
    api = f"$JS.{domain}.API"
    return [
        f"curated.{domain}.>",
        "$JS.API.>",
        f"{api}.STREAM.CREATE.>",
        f"{api}.STREAM.UPDATE.>",
        f"{api}.STREAM.DELETE.>",
        f"{api}.STREAM.PURGE.>",
        f"{api}.STREAM.MSG.>",
        f"{api}.STREAM.SNAPSHOT.>",
        f"{api}.STREAM.RESTORE.>",
        f"{api}.STREAM.NAMES",
        f"{api}.STREAM.LIST",
        f"{api}.STREAM.INFO.{ABROAD}",
        f"{api}.CONSUMER.CREATE.{ABROAD}",
        f"{api}.CONSUMER.CREATE.{ABROAD}.>",
        f"{api}.CONSUMER.DURABLE.>",
        f"{api}.CONSUMER.MSG.>",
        f"{api}.DIRECT.>",
    ]
