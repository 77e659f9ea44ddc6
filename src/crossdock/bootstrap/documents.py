"""Senders of connectors that write documents by maps: to a folder, a server of files, a broker, an address, or a SOAP
service."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec.structs import replace

from crossdock.bootstrap.brokers import files_over_broker
from crossdock.bootstrap.places import Wiring, drop_of, http_of, soap_of
from crossdock.bootstrap.project import PartnerConfig, Project
from crossdock.mediation.library import Library, MapBook
from crossdock.mediation.posting import CallPost, Counter, FilePost, Post, SoapPost
from crossdock.ports.connector import IntakeContext, Sender
from crossdock.ports.json_calls import Explain
from crossdock.transports.settings import HttpSettings
from crossdock.transports.soap.settings import SoapSettings

# The name under which a partner file gives the credential we call that partner with.
TOKEN = "token"  # noqa: S105  (the name of a secret, not a secret)

DocumentClient = Callable[[IntakeContext, MapBook, Post], Sender]


def over_documents(
    client: DocumentClient, content_type: str, explain: Explain
) -> Callable[[PartnerConfig, Wiring], Sender]:
    """A sender of documents of this type."""

    def make(config: PartnerConfig, wiring: Wiring) -> Sender:
        return client(speaker(config, wiring), book_of(config, wiring), post_of(config, wiring, content_type, explain))

    return make


def speaker(config: PartnerConfig, wiring: Wiring) -> IntakeContext:
    """The partner as maps know it."""
    partner = config.partner
    return IntakeContext(partner.id, partner.role.value, wiring.clock.now(), partner.tz, partner.settings)


def book_of(config: PartnerConfig, wiring: Wiring) -> MapBook:
    """The maps of a partner."""
    return wiring.library.book(config.manifest.kind, config.partner.id)


def post_of(config: PartnerConfig, wiring: Wiring, content_type: str, explain: Explain) -> Post:
    """How documents reach this partner: calls where its transport is HTTP or SOAP or its settings name an address, else
    files.

    Raises:
        Permanent: its transport takes neither.
    """
    settings = config.partner.settings
    if isinstance(config.transport, HttpSettings) or (config.transport is None and settings.get("base_url")):
        tokens = config.secrets.get(TOKEN, ())
        path = settings.get("path", "")
        counter = Counter(path if isinstance(path, str) else "", content_type, config.limits.timeout_s)
        return CallPost(http_of(config, wiring), counter, explain, tokens[0] if tokens else None)
    if isinstance(config.transport, SoapSettings):
        return SoapPost(soap_of(config, wiring))
    return FilePost(files_over_broker(config, wiring) or drop_of(config, wiring))


def as_mapped(project: Project, library: Library, kinds: Collection[str]) -> Project:
    """The project in which partners of connectors that know no document but their partners' own hear what their maps
    write: what no map of theirs says is not said to them, and one without such a map only speaks."""

    def heard(config: PartnerConfig) -> PartnerConfig:
        if config.manifest.kind not in kinds:
            return config
        commands = library.book(config.manifest.kind, config.partner.id).commands
        return replace(
            config,
            partner=replace(config.partner, commands=commands),
            manifest=replace(config.manifest, commands_out=commands),
        )

    return replace(project, partners=tuple(map(heard, project.partners)))
