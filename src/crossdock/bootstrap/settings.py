"""The settings of one installation: `crossdock.toml` and over it the variables `CROSSDOCK_A__B`.

Nothing else reads the environment. Key `b` of section `[a]` is overridden by the variable `CROSSDOCK_A__B`, one outside
sections by `CROSSDOCK_B`; lists are given with commas. A secret is written `env:NAME` or `file:PATH`, so that the file
itself can be in version control.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import msgspec

from crossdock.app.identity.entry import EntryLimits
from crossdock.app.identity.federate import GroupRole
from crossdock.app.slos.objective import Objective
from crossdock.bootstrap.reading import ConfigurationError, Problem, Source, open_source, read_struct
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.backbone import IN_FLIGHT_MAX
from crossdock.web.api.deps import ApiLimits

FILE = "crossdock.toml"
PREFIX = "CROSSDOCK_"
SECRETS = (
    *(("postgres", "url"), ("nats", "url"), ("http", "pepper"), ("traces", "authorization")),
    *(("cells", "url"), ("cells", "password"), ("cells", "links")),
    *(("cells", "certificate"), ("cells", "key"), ("cells", "authority")),
)
SECRET_BYTES_MAX = 64 * 1024

PUBLIC_URL = r"^(https?://[^/?#\s]+)?$"

Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Days = Annotated[int, msgspec.Meta(ge=0, le=36_525)]
Region = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,32}$")]

# Seven years (mission.md U-26).
LEGAL_DAYS = 2_557


class RoleName(StrEnum):
    """What a process of ours may be (architecture.md §7); `up` is all of them."""

    SERVE = "serve"
    WORK = "work"
    DELIVER = "deliver"
    SCHEDULE = "schedule"


class Flow(StrEnum):
    """When an ingress call is answered: after the commit, or once the bytes are durable in the log."""

    SYNC = "sync"
    QUEUED = "queued"


class PostgresSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where state is kept. Without `url` an embedded server is started under the data directory.

    `url` may name a server and its standbys: `postgresql://user@one:5432,two:5432/db?target_session_attrs=read-write`.
    """

    url: Secret | None = None
    pool_max: Count = 8


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the embedded database is backed up to, relative to the project: another disk, at best of another machine.

    With `dir` set, every part of its log is archived there, `archive_after_s` after it was begun at the latest: that is
    how much of the past a lost disk costs. Without it, or with `postgres.url`, nothing is archived by us.
    """

    dir: str = ""
    archive_after_s: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 60.0


class RetentionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What leaves the database, and when. Orders go to the archive in `dir`, relative to the project; without it none.

    `closed_days`: orders and loads that are over and of which nothing was recorded for so long. `acts_days`: the
    record of acts by hand. `archive_days`: files are deleted so long after they were written; 0 keeps them.
    `kpis_days`: contributions to KPIs. `enquiries_days`: how often customers looked at late shipments. `asks_days`: how
    long an ask by hand waits for a second person before it lapses.
    """

    dir: str = ""
    closed_days: Days = 400
    acts_days: Annotated[int, msgspec.Meta(le=36_525)] = LEGAL_DAYS
    archive_days: Days = 0
    kpis_days: Annotated[int, msgspec.Meta(ge=62, le=36_525)] = 1_096
    enquiries_days: Days = 400
    asks_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 14

    def __post_init__(self) -> None:
        if self.acts_days < LEGAL_DAYS:
            raise ValueError(
                f"acts_days {self.acts_days} is too short: acts by hand are kept for seven years here, so set at least "
                f"{LEGAL_DAYS}"
            )
        if 0 < self.archive_days < LEGAL_DAYS:
            raise ValueError(
                f"archive_days {self.archive_days} is too short: customs papers are kept for seven years, so set at "
                f"least {LEGAL_DAYS}, or 0 to keep files for good"
            )


class NatsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the log is kept. Without `url` an embedded server is started under the data directory.

    `url` may name several servers of a cluster, with commas between them; each stream is kept on `replicas` of them.
    `monitor_url` is your server's status page, where `crossdock doctor` looks whether it is durable.
    `publish_in_flight_max` messages of one process may be on their way to the log; further ones wait.
    """

    url: Secret | None = None
    monitor_url: str = ""
    replicas: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    publish_in_flight_max: Count = IN_FLIGHT_MAX


class CellSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cells of other regions: what of our facts they may read (`curated`), and whose we read (`sources`, by region).

    `curated` names types of facts, or `shipment.*` for all that begin so; what is about a person is put out unless
    `personal`. `crossdock up` runs a border of its own: others link to `listen` as user `cell` with `password`, and it
    links to `links`, addresses with commas between them (`nats-leaf://cell:password@host:7422`). With `certificate`,
    its `key` and the `authority` that signs the neighbours' (PEM) links are encrypted, and both sides show one. With
    `url` the border is a server of yours, whose JetStream domain is the `region`; `replicas` and `monitor_url` as in
    `[nats]`.
    """

    curated: tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+\.([a-z_.]+|\*)$")], ...] = ()
    sources: tuple[Region, ...] = ()
    personal: bool = False
    listen: Annotated[str, msgspec.Meta(pattern=r"^([^\s/]+:\d+)?$")] = ""
    password: Secret | None = None
    links: Secret | None = None
    certificate: Secret | None = None
    key: Secret | None = None
    authority: Secret | None = None
    url: Secret | None = None
    monitor_url: str = ""
    replicas: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1

    def __post_init__(self) -> None:
        if self.listen and self.password is None:
            raise ValueError("password is missing: other cells must say one to link to listen")
        if len({one is None for one in (self.certificate, self.key, self.authority)}) > 1:
            raise ValueError("certificate, key and authority go together: name all three, or none")


class OidcSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where people sign in beside links: an OpenID Connect provider. Without `issuer` there is none.

    Register `<http.public_url>/signin/callback` there. `roles` says what the provider's groups mean here; where any are
    given, each sign-in makes a person's roles what their groups say, and nobody needs an invitation.
    `private_network`: it stands in a network of ours.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    groups_claim: str = "groups"
    name: str = "your organisation"
    private_network: bool = False
    roles: tuple[GroupRole, ...] = ()

    def __post_init__(self) -> None:
        if self.issuer and not self.client_id:
            raise ValueError("client_id is missing: give the id the provider knows the hub by")


class TokenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bearer tokens of machines, beside API keys. Without `issuer` there are none.

    A token is for `audience`; its `scope` names scopes of ours, `partner_claim` the partner it writes as. `reach_claim`
    is an object with lists of `partners`, `sites`, `units` and `customers` it reaches; without it it reaches all.
    """

    issuer: str = ""
    audience: str = "crossdock"
    partner_claim: str = "crossdock_partner"
    reach_claim: str = "crossdock_reach"
    private_network: bool = False


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The door. Port 0 takes a free one. `pepper` keys the digests of API keys; absent, one is kept in `data`.

    `public_url` is how browsers reach the hub, where that is not how it listens: `https://hub.example.com`.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: Annotated[str, msgspec.Meta(pattern=PUBLIC_URL)] = ""
    pepper: Secret | None = None
    stop_grace_s: Seconds = 10.0


class IngestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The batcher: how many facts one transaction takes, how many may wait for it (more is refused with 503)."""

    flow: Flow = Flow.SYNC
    batch_max: Count = 500
    waiting_max: Count = 20_000
    workers: Count = 1


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line an event, as JSON for machines or text for people."""

    level: str = "info"
    format: str = "auto"

    def __post_init__(self) -> None:
        if self.level not in ("debug", "info", "warning", "error"):
            raise ValueError(f"level {self.level} is unknown: use debug, info, warning or error")
        if self.format not in ("auto", "json", "text"):
            raise ValueError(f"format {self.format} is unknown: use auto, json or text")


class StatusSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The status page of each process: `/metrics`, `/healthz`, `/readyz`, without a key.

    `port` is the first of four: `serve` has it, `work`, `deliver` and `schedule` have the next three; 0 opens none.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65532)] = 0


class TraceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where spans go: all of the address of a collector that speaks OTLP over HTTP; empty for nowhere.

    `share` of the traces that begin here is kept; of one that came with a message, what its beginner wants.
    `authorization` is the value of that header, where the collector wants one.
    """

    url: Annotated[str, msgspec.Meta(pattern="^(https?://.+)?$")] = ""
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    timeout_s: Seconds = 5.0
    authorization: Secret | None = None


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events sent to subscribers. `senders` subscriptions are sent for at once; `private_network` lets addresses of our
    own network be subscribed, by plain http too: only where everybody with a key may reach all of it anyway.
    `customers_private_network` is the same for addresses that customers give in the portal: for trying out, never where
    a customer is anybody from outside.
    """

    senders: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    private_network: bool = False
    customers_private_network: bool = False


class AlertSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom cases are told to, once a cause: by the partner of role OPS and kind `notify`, over one of its channels.

    `channel` is for all queues, `queues` for some; an empty channel tells nobody. Told is what is at least as grave as
    `severity` (1 is the gravest). A cause that comes back within `calm_s` seconds was never gone.
    """

    channel: str = ""
    queues: dict[str, str] = {}
    severity: Annotated[int, msgspec.Meta(ge=1, le=4)] = 2
    calm_s: Annotated[float, msgspec.Meta(ge=0)] = 300.0


class CanarySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Synthetic orders through the whole pipeline, one every `every_s` seconds; 0 sends none.

    One that is not back after `patience_s` is given up; `within_s` is the promise `canary` (99 %, unless
    `[slos.canary]` says otherwise). Their commands go to nobody real but `partners`; `warehouse` is their site.
    """

    every_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    patience_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 120.0
    within_s: Seconds = 15.0
    warehouse: str = "CANARY"
    partners: tuple[str, ...] = ()


class EpcisSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How we tell EPCIS events. `vocabulary` is an address of yours below which shipments, items and places without a
    GS1 key are named; it need not answer, but it should never change.
    """

    vocabulary: Annotated[str, msgspec.Meta(pattern="^https?://.+")] = "https://crossdock.invalid/id"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that may be set. `data` is the directory of the embedded engines, relative to the project's.

    `slos` are promises by name, beside those of the four classes (`p0-p95` … `p3-p99`).
    """

    name: str = "crossdock"
    region: Region = "local"
    data: str = "data"
    roles: tuple[RoleName, ...] = tuple(RoleName)
    postgres: PostgresSettings = PostgresSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    nats: NatsSettings = NatsSettings()
    cells: CellSettings = CellSettings()
    http: HttpSettings = HttpSettings()
    limits: ApiLimits = ApiLimits()
    people: EntryLimits = EntryLimits()
    oidc: OidcSettings = OidcSettings()
    tokens: TokenSettings = TokenSettings()
    ingest: IngestSettings = IngestSettings()
    log: LogSettings = LogSettings()
    status: StatusSettings = StatusSettings()
    traces: TraceSettings = TraceSettings()
    webhooks: WebhookSettings = WebhookSettings()
    alerts: AlertSettings = AlertSettings()
    canary: CanarySettings = CanarySettings()
    epcis: EpcisSettings = EpcisSettings()
    slos: dict[str, Objective] = {}

    def __post_init__(self) -> None:
        if self.region in self.cells.sources:
            raise ValueError(f"cells.sources names our own region {self.region}: name those of others")


def read_settings(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the project in `folder`; without a `crossdock.toml` there, the defaults.

    Raises:
        ConfigurationError: everything wrong with file and variables, in one list.
    """
    problems: list[Problem] = []
    file = folder / FILE
    source = open_source(file, FILE, problems) if file.exists() else Source(FILE)
    env = os.environ if environ is None else environ
    for variable in sorted(name for name in env if name.startswith(PREFIX)):
        path = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        problem = source.override(path, variable, env[variable])
        problems.extend([problem] if problem else [])
    _follow_secrets(source, folder, env, problems)
    settings = read_struct(Settings, source, problems)
    if problems or settings is None:
        raise ConfigurationError(problems)
    return settings


def resolve_secret(reference: str, folder: Path, environ: Mapping[str, str] | None = None) -> Secret:
    """The secret behind `env:NAME` or `file:PATH` (relative to the project); a file's last line end does not count.

    Raises:
        Permanent: written out in plain, or nothing there.
    """
    scheme, _, rest = reference.partition(":")
    env = os.environ if environ is None else environ
    if scheme == "env" and rest:
        if not env.get(rest):
            raise Permanent(f"the environment variable {rest} is not set: set it to the secret")
        return Secret(env[rest])
    if scheme == "file" and rest:
        try:
            with (folder / rest).open("rb") as file:
                text = file.read(SECRET_BYTES_MAX).decode("utf-8").removesuffix("\n").removesuffix("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise Permanent(f"the secret file {rest} cannot be read: put the secret there as text") from error
        if not text:
            raise Permanent(f"the secret file {rest} is empty: put the secret there")
        return Secret(text)
    raise Permanent("a secret is never written out here: refer to it as env:NAME or file:PATH")


def shown_settings(settings: Settings) -> dict[str, object]:
    """The effective settings for people and `--print-config`: all keys, no secret."""
    shown = msgspec.to_builtins(settings, enc_hook=_mask)
    assert isinstance(shown, dict)
    return shown


def _mask(value: object) -> str:
    assert isinstance(value, Secret)
    return ",".join(map(_masked, _addresses(value.reveal())))


def _masked(address: str) -> str:
    parts = urlsplit(address)
    user, _, hosts = parts.netloc.rpartition("@")
    if not parts.scheme or not hosts:
        return "***"
    name, _, password = user.partition(":")
    known = f"{name}:***@" if name and password else ""
    return urlunsplit((parts.scheme, f"{known}{hosts}", parts.path, "", ""))


def _addresses(text: str) -> list[str]:
    """A NATS address may name several servers, each with its user; one of PostgreSQL has several hosts after one."""
    return re.split(r",(?=[a-z]+://)", text)


def _follow_secrets(source: Source, folder: Path, environ: Mapping[str, str], problems: list[Problem]) -> None:
    """Put what the references name in their place. An address without a password may stand there itself."""
    for section, key in SECRETS:
        table = source.table.get(section)
        text = table.get(key) if isinstance(table, dict) else None
        if not isinstance(table, dict) or not isinstance(text, str):
            continue
        plain = (section, key) in source.variables and not text.startswith(("env:", "file:"))
        if plain or _is_open_address(text):
            continue
        try:
            table[key] = resolve_secret(text, folder, environ).reveal()
        except Permanent as error:
            problems.append(source.problem((section, key), error.detail))


def _is_open_address(text: str) -> bool:
    every = [urlsplit(one) for one in _addresses(text)]
    return "://" in text and not any(one.password or "password" in one.query for one in every)
