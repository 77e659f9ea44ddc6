"""What turns a NATS server into the border of a cell: a JetStream domain of its own, and links to other borders.

A border holds curated facts and nothing else; the cell's log is another server, which no link reaches. What a neighbour
may do over a link is listed here: read the stream `CURATED` by a source, no more. A link is made by one side (`links`)
and taken by the other (`listen`); both are held to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LINK_USER = "cell"
CURATED, ABROAD = "CURATED", "ABROAD"
CERTIFICATE, KEY, AUTHORITY = "certificate.pem", "key.pem", "authority.pem"
RECONNECT = "1s"
# Replies to what we asked, and the bytes of sources with their flow control.
ANSWERS = ("_INBOX.>", "$JSC.R.>", "$JS.S.>", "$JS.FC.>", "$JS.ACK.CURATED.>")


class Papers(msgspec.Struct, frozen=True):
    """What a border shows its neighbours, and by whom theirs must be signed: PEM, all three. The key never leaves."""

    certificate: str
    key: str
    authority: str


class Border(msgspec.Struct, frozen=True):
    """One border. `domain` is the cell's region; `links` are addresses with user and password in them.

    With `papers` links are encrypted, and either side refuses a neighbour without a certificate of that authority.
    """

    domain: str
    listen: str = ""
    password: str = ""
    links: tuple[str, ...] = ()
    papers: Papers | None = None


def links(border: Border, folder: Path) -> dict[str, object]:
    """What is added to the configuration of the server in this folder, where `files` are."""
    leaf: dict[str, object] = {"reconnect": RECONNECT}
    ours = {"cert_file": str(folder / CERTIFICATE), "key_file": str(folder / KEY), "ca_file": str(folder / AUTHORITY)}
    if border.listen:
        leaf |= {"listen": border.listen} | ({"tls": {**ours, "verify": True}} if border.papers else {})
    if border.links:
        encrypted = {"tls": ours} if border.papers else {}
        leaf["remotes"] = [
            {"urls": [link], "deny_imports": forbidden(border.domain), **encrypted} for link in border.links
        ]
    return {"leafnodes": leaf} if border.listen or border.links else {}


def files(border: Border) -> Mapping[str, str]:
    """What the server reads beside its configuration, by name; for nobody else's eyes."""
    papers = border.papers
    return {CERTIFICATE: papers.certificate, KEY: papers.key, AUTHORITY: papers.authority} if papers else {}


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
