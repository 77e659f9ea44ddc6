"""A partner's transport made from its settings: where files are fetched, where files are put, how its API is called."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from crossdock.bootstrap.project import PartnerConfig
from crossdock.bootstrap.transports import as2_relationship, first_secret, ftp_session, mail_session, sftp_session
from crossdock.kernel.errors import Permanent
from crossdock.mediation.library import Library
from crossdock.ports.as2 import SentMessages
from crossdock.ports.clock import Clock
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.notices import Contacts
from crossdock.ports.polling import PollSource
from crossdock.ports.transport import DropTransport, SoapTransport
from crossdock.postgres.legacy_view import DatabaseViewSettings, LegacyView
from crossdock.runtime.pickup import Place
from crossdock.runtime.polling import Poll
from crossdock.transports.as2.client import As2Drop
from crossdock.transports.as2.profile import As2Settings
from crossdock.transports.folder import FolderDrop, FolderPickup
from crossdock.transports.ftp.files import FtpDrop, FtpPickup
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.http import AiohttpTransport, HttpConfig
from crossdock.transports.mail.files import MailDrop, MailPickup
from crossdock.transports.mail.settings import MailSettings
from crossdock.transports.polling.settings import PollSettings
from crossdock.transports.polling.source import HttpPollSource, base_of
from crossdock.transports.settings import FolderSettings, HttpSettings
from crossdock.transports.sftp.files import SftpDrop, SftpPickup
from crossdock.transports.sftp.settings import SftpSettings
from crossdock.transports.soap.client import SoapCaller
from crossdock.transports.soap.settings import SoapSettings
from crossdock.transports.soap.tls import tls_context


class Closable(Protocol):
    """Something with a connection."""

    async def close(self) -> None:
        """End it."""


class Wiring(msgspec.Struct, frozen=True):
    """What transports and senders may be made of. `exchange` is the folder the partners' own folders lie in,
    `project` the integration project's.

    `opened` collects the connections made; who had them made closes them. `contacts` is absent where no order is kept.
    """

    exchange: Path
    project: Path
    numbers: ControlNumbers
    sent: SentMessages
    clock: Clock
    library: Library
    opened: list[Closable] = []
    contacts: Contacts | None = None


def place_of(config: PartnerConfig, wiring: Wiring) -> Place | None:
    """Where files from this partner are fetched and where their acknowledgments go; `None`: it leaves us no files."""
    match config.transport:
        case None | FolderSettings():
            settings = _folder(config)
            inbox = FolderPickup(inbox_folder(config, wiring.exchange), settings.pattern, bytes_max=settings.bytes_max)
            return Place(inbox, drop_of(config, wiring), "folder", settings.content_type, settings.every_s)
        case SftpSettings() as settings:
            pickup = SftpPickup(sftp_session(settings, config.secrets))
            wiring.opened.append(pickup)
            return Place(pickup, drop_of(config, wiring), "sftp", settings.content_type, settings.every_s)
        case FtpSettings() as settings:
            return Place(
                FtpPickup(ftp_session(settings, config.secrets)),
                drop_of(config, wiring),
                "ftp",
                settings.content_type,
                settings.every_s,
            )
        case MailSettings() as settings:
            return Place(
                MailPickup(mail_session(settings, config.secrets)),
                drop_of(config, wiring),
                "mail",
                settings.content_type,
                settings.every_s,
            )
        case _:
            return None


def drop_of(config: PartnerConfig, wiring: Wiring) -> DropTransport:
    """Where files for this partner are put.

    Raises:
        Permanent: its transport takes no files.
    """
    match config.transport:
        case None | FolderSettings():
            return FolderDrop(outbox_folder(config, wiring.exchange))
        case SftpSettings() as settings:
            drop = SftpDrop(sftp_session(settings, config.secrets))
            wiring.opened.append(drop)
            return drop
        case FtpSettings() as settings:
            return FtpDrop(ftp_session(settings, config.secrets))
        case MailSettings() as settings:
            return MailDrop(mail_session(settings, config.secrets))
        case As2Settings() as settings:
            http = AiohttpTransport(
                HttpConfig(settings.url, connections_max=2, private_network=settings.private_network)
            )
            wiring.opened.append(http)
            relationship = as2_relationship(settings, config.secrets)
            return As2Drop(config.partner.id, relationship, http, wiring.sent, wiring.clock)
        case _:
            raise Permanent(
                f"partners/{config.partner.id}.toml: connector {config.manifest.kind} speaks in files, which cannot go "
                f"over {config.transport.kind}: choose another transport.kind"
            )


def source_of(config: PartnerConfig, wiring: Wiring) -> tuple[Poll, float] | None:
    """What is asked of this partner again and again, and how many seconds lie between; `None`: nothing is."""
    if isinstance(config.transport, DatabaseViewSettings):
        view = config.transport
        source: PollSource = LegacyView(view, config.secrets["database_url"][0], wiring.clock)
        return Poll(config.partner, source, "database_view", view.content_type), view.every_s
    if not isinstance(config.transport, PollSettings):
        return None
    settings = config.transport
    http = AiohttpTransport(
        HttpConfig(
            base_of(settings.url),
            connections_max=1,
            body_max_bytes=settings.bytes_max,
            private_network=settings.private_network,
        )
    )
    wiring.opened.append(http)
    tokens = config.secrets.get("poll_token", ())
    source = HttpPollSource(settings, http, tokens[0] if tokens else None, wiring.clock)
    return Poll(config.partner, source, "poll", settings.content_type), settings.every_s


def soap_of(config: PartnerConfig, wiring: Wiring) -> SoapTransport:
    """The partner's SOAP service.

    Raises:
        Permanent: its transport is no SOAP service.
    """
    settings = config.transport
    if not isinstance(settings, SoapSettings):
        raise Permanent(
            f"partners/{config.partner.id}.toml: connector {config.manifest.kind} calls a SOAP service: "
            "transport.kind is soap"
        )
    given, password, identity = (
        first_secret(config.secrets, name) for name in ("soap_authorization", "soap_password", "soap_identity")
    )
    limits = config.limits
    http = AiohttpTransport(
        HttpConfig(
            settings.url,
            headers={"Authorization": given.reveal()} if given is not None else {},
            connections_max=limits.concurrency,
            read_timeout_s=limits.timeout_s,
            private_network=settings.private_network,
        ),
        tls_context(settings.certificates, identity) if settings.is_encrypted else None,
    )
    wiring.opened.append(http)
    return SoapCaller(wiring.project / settings.wsdl, settings, http, limits.timeout_s, password)


def http_of(config: PartnerConfig, wiring: Wiring) -> AiohttpTransport:
    """The partner's API.

    Raises:
        Permanent: no address, a private one without leave, or a transport that is no API.
    """
    base_url = config.partner.settings.get("base_url")
    if not isinstance(base_url, str) or not base_url:
        raise Permanent(f"partners/{config.partner.id}.toml: settings.base_url is missing: say where its API begins")
    if not isinstance(config.transport, HttpSettings | None):
        raise Permanent(
            f"partners/{config.partner.id}.toml: connector {config.manifest.kind} calls an API: transport.kind is http"
        )
    limits = config.limits
    http = AiohttpTransport(
        HttpConfig(
            base_url,
            connections_max=limits.concurrency,
            read_timeout_s=limits.timeout_s,
            private_network=config.transport is not None and config.transport.private_network,
        )
    )
    wiring.opened.append(http)
    return http


def inbox_folder(config: PartnerConfig, exchange: Path) -> Path:
    """Where files from this partner arrive."""
    return _path(config, exchange, _folder(config).inbox, "folder_in", "in")


def outbox_folder(config: PartnerConfig, exchange: Path) -> Path:
    """Where files for this partner are put."""
    return _path(config, exchange, _folder(config).outbox, "folder_out", "out")


def _folder(config: PartnerConfig) -> FolderSettings:
    return config.transport if isinstance(config.transport, FolderSettings) else FolderSettings()


def _path(config: PartnerConfig, exchange: Path, chosen: str, setting: str, default: str) -> Path:
    named = chosen or config.partner.settings.get(setting)
    return Path(named) if isinstance(named, str) and named else exchange / config.partner.id / default
