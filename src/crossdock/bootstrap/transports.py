"""The transports a partner file may choose in its `[transport]` table, by kind: settings, secrets, and what is made.

All of it is checked when the project is read: keys that cannot be read, a secret that is missing, a deadline passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import msgspec

from crossdock.bootstrap.reading import Problem, Source, read_struct
from crossdock.jetstream.partner import NatsConfig
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.postgres.legacy_view import DatabaseViewSettings, refuse_overdue
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.as2.message import Relationship, relationship_of
from crossdock.transports.as2.profile import As2Settings
from crossdock.transports.ftp.session import FtpSession
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.kafka.config import KafkaConfig
from crossdock.transports.mail.session import MailSession
from crossdock.transports.mail.settings import MailSettings
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.polling.settings import PollSettings
from crossdock.transports.settings import FolderSettings, HttpSettings
from crossdock.transports.sftp.session import SftpCredentials, SftpSession
from crossdock.transports.sftp.settings import SftpSettings
from crossdock.transports.soap.service import Service
from crossdock.transports.soap.settings import SoapSettings
from crossdock.transports.soap.tls import tls_context

SECTION = "transport"

BrokerSettings = AmqpConfig | MqttConfig | KafkaConfig | NatsConfig
TransportSettings = (
    FolderSettings
    | HttpSettings
    | SftpSettings
    | FtpSettings
    | As2Settings
    | MailSettings
    | SoapSettings
    | PollSettings
    | DatabaseViewSettings
    | BrokerSettings
)
Secrets = Mapping[str, tuple[Secret, ...]]


class Around(msgspec.Struct, frozen=True):
    """What a table is checked with: the partner's secrets, the day deadlines are held against, the project's folder."""

    secrets: Secrets
    today: date
    folder: Path


class TransportKind(msgspec.Struct, frozen=True):
    """One kind. `secrets` are the names of which one must be there in each group; `check` tries what was given.

    `connectors` are those that can use it; empty: what they can use is theirs to say.
    """

    settings: type[msgspec.Struct]
    secrets: tuple[tuple[str, ...], ...] = ()
    check: Callable[[msgspec.Struct, Around], object] | None = None
    connectors: tuple[str, ...] = ()


def read_transport(source: Source, around: Around, problems: list[Problem]) -> TransportSettings | None:
    """The table of a partner file; `None` when there is none, or when `problems` tells what is wrong with it."""
    table = source.table.get(SECTION)
    if not isinstance(table, dict):
        return None
    name = table.get("kind")
    kind = TRANSPORTS.get(name) if isinstance(name, str) else None
    if kind is None:
        known = ", ".join(sorted(TRANSPORTS))
        problems.append(source.problem((SECTION, "kind"), f"no transport {name or 'is named'}; there are: {known}"))
        return None
    settings = read_struct(kind.settings, source, problems, (SECTION,))
    missing = [*_missing(kind, source), *_misplaced(kind, source)]
    problems.extend(missing)
    if settings is None or missing:
        return None
    try:
        if kind.check is not None and _all_read(source, around.secrets):
            kind.check(settings, around)
    except Permanent as error:
        problems.append(source.problem((SECTION,), error.detail))
        return None
    assert isinstance(settings, TransportSettings)
    return settings


def first_secret(secrets: Secrets, name: str) -> Secret | None:
    """The value in force of a secret, if there is one."""
    values = secrets.get(name, ())
    return values[0] if values else None


def sftp_session(settings: SftpSettings, secrets: Secrets) -> SftpSession:
    """Raises: Permanent: a key cannot be read."""
    key, passphrase, password = (
        first_secret(secrets, name) for name in ("sftp_key", "sftp_passphrase", "sftp_password")
    )
    return SftpSession(settings, SftpCredentials(key, passphrase, password))


def ftp_session(settings: FtpSettings, secrets: Secrets) -> FtpSession:
    """Raises: Permanent: a certificate cannot be read, or the password is missing."""
    password = first_secret(secrets, "ftp_password")
    if password is None:
        raise Permanent("add ftp_password under [secrets], as env:NAME or file:PATH")
    return FtpSession(settings, password)


def mail_session(settings: MailSettings, secrets: Secrets) -> MailSession:
    """Raises: Permanent: a certificate cannot be read, or the password is missing."""
    password = first_secret(secrets, "mail_password")
    if password is None:
        raise Permanent("add mail_password under [secrets], as env:NAME or file:PATH")
    return MailSession(settings, password)


def as2_relationship(settings: As2Settings, secrets: Secrets) -> Relationship:
    """Raises: Permanent: a key or a certificate cannot be read."""
    return relationship_of(settings, [one.reveal() for one in secrets.get("as2_identity", ())])


def _check_sftp(settings: msgspec.Struct, around: Around) -> None:
    assert isinstance(settings, SftpSettings)
    sftp_session(settings, around.secrets)


def _check_ftp(settings: msgspec.Struct, around: Around) -> None:
    assert isinstance(settings, FtpSettings)
    ftp_session(settings, around.secrets)


def _check_mail(settings: msgspec.Struct, around: Around) -> None:
    assert isinstance(settings, MailSettings)
    mail_session(settings, around.secrets)


def _check_as2(settings: msgspec.Struct, around: Around) -> None:
    assert isinstance(settings, As2Settings)
    as2_relationship(settings, around.secrets)


def _check_view(settings: msgspec.Struct, around: Around) -> None:
    assert isinstance(settings, DatabaseViewSettings)
    refuse_overdue(settings, around.today)


def _check_soap(settings: msgspec.Struct, around: Around) -> None:
    """Raises: Permanent: the WSDL has not what the table names, or a secret it needs is missing or no use."""
    assert isinstance(settings, SoapSettings)
    if settings.username and not around.secrets.get("soap_password"):
        raise Permanent("username is given: add soap_password under [secrets], as env:NAME or file:PATH")
    identity = first_secret(around.secrets, "soap_identity")
    if identity is not None and not settings.is_encrypted:
        raise Permanent("soap_identity proves who we are over TLS alone: url is to begin with https")
    tls_context(settings.certificates, identity)
    Service(around.folder / settings.wsdl, settings)


TRANSPORTS: Mapping[str, TransportKind] = {
    "folder": TransportKind(FolderSettings),
    "http": TransportKind(HttpSettings),
    "sftp": TransportKind(SftpSettings, (("sftp_key", "sftp_password"),), _check_sftp),
    "ftp": TransportKind(FtpSettings, (("ftp_password",),), _check_ftp),
    "as2": TransportKind(As2Settings, (("as2_identity",),), _check_as2),
    "mail": TransportKind(MailSettings, (("mail_password",),), _check_mail),
    "soap": TransportKind(SoapSettings, (), _check_soap, ("flat_file", "idoc", "json_file", "ubl", "xml_file")),
    "database_view": TransportKind(DatabaseViewSettings, (("database_url",),), _check_view),
    "poll": TransportKind(PollSettings),
    "amqp": TransportKind(AmqpConfig),
    "mqtt": TransportKind(MqttConfig),
    "kafka": TransportKind(KafkaConfig),
    "nats": TransportKind(NatsConfig),
}


def _missing(kind: TransportKind, source: Source) -> Iterable[Problem]:
    table = source.table.get("secrets")
    given = set(table) if isinstance(table, dict) else set()
    for group in kind.secrets:
        if given.isdisjoint(group):
            names = " or ".join(group)
            yield source.problem((SECTION,), f"add {names} under [secrets], as env:NAME or file:PATH")


def _misplaced(kind: TransportKind, source: Source) -> Iterable[Problem]:
    connector = source.table.get("connector")
    if kind.connectors and connector not in kind.connectors:
        able = ", ".join(kind.connectors)
        yield source.problem(
            (SECTION, "kind"),
            f"connector {connector} does not speak over it: choose another transport, or one of {able}",
        )


def _all_read(source: Source, secrets: Secrets) -> bool:
    """Whether every secret named was found; one that was not is a problem already told."""
    table = source.table.get("secrets")
    return not isinstance(table, dict) or all(name in secrets for name in table)
