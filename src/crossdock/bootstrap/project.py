"""The integration project: the user's own folder that says who is connected and which rules hold (architecture.md §5).

    crossdock.toml      engines, door, limits                     (settings.py)
    partners/<id>.toml  one connected system each
    policies/*.toml     rules, timers and tolerances; a key stands in one file only
    authority.toml      what each partner's word is worth
    contracts/extensions/<namespace>.toml   what a region or business unit adds to contracts
    contracts/expects/<consumer>.toml       what a consumer relies on (consumers.py)

Everything wrong in any file is told in one list, before anything starts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from crossdock.app.ingest.correlate import CONSOLE
from crossdock.app.portal.brand import Branding, Brands
from crossdock.bootstrap.authority import read_authority
from crossdock.bootstrap.branding import read_branding
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connector_settings import check_settings
from crossdock.bootstrap.extensions import read_extensions
from crossdock.bootstrap.partner_profile import Contact, Expected, Profile, Slo
from crossdock.bootstrap.policies import read_policy
from crossdock.bootstrap.reading import ConfigurationError, Problem, Source, open_source, read_struct
from crossdock.bootstrap.settings import Settings, read_settings, resolve_secret
from crossdock.bootstrap.transports import Around, TransportSettings, read_transport
from crossdock.canonical.addressing import Address
from crossdock.canonical.extensions import Extension
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Limits, Manifest
from crossdock.ports.directory import Partner
from crossdock.process.policy import Policy

PARTNERS_MAX = 10_000
SECRETS_PER_NAME_MAX = 2
PARTNER_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# What the hub says itself, and what people say at its console, stands under these names.
RESERVED = ("crossdock", CONSOLE.id)


class PartnerConfig(msgspec.Struct, frozen=True):
    """One partner as its file gives it: who it is, how hard it may be pressed, and what it shares with us in secret.

    `secrets` holds one value a name, or two while one is being rotated: the one in force first. `transport` is how its
    bytes travel; absent, as its connector does without being told.
    """

    partner: Partner
    manifest: Manifest
    limits: Limits
    secrets: Mapping[str, tuple[Secret, ...]]
    transport: TransportSettings | None = None
    profile: Profile = Profile()


class Project(msgspec.Struct, frozen=True):
    """A project that was read without a problem."""

    folder: Path
    settings: Settings
    partners: tuple[PartnerConfig, ...]
    policy: Policy
    brands: Brands = Brands(Branding(), {})
    extensions: Mapping[str, Extension] = {}

    @property
    def data(self) -> Path:
        """The absolute directory of the embedded engines."""
        return (self.folder / self.settings.data).absolute()

    def directory(self) -> ProjectDirectory:
        """The partners as the use cases see them."""
        deaf = {config.partner.id for config in self.partners if not config.manifest.commands_out}
        return ProjectDirectory((config.partner for config in self.partners), deaf)


class ProjectDirectory:
    """The partners of one project, immutable (`ports.directory.Directory`). `deaf` ones speak but take nothing."""

    def __init__(self, partners: Iterable[Partner], deaf: Collection[str] = ()) -> None:
        self._by_id = {partner.id: partner for partner in sorted(partners, key=lambda one: one.id)}
        self._listening: dict[Role, list[Partner]] = {}
        for partner in self._by_id.values():
            if partner.id not in deaf:
                self._listening.setdefault(partner.role, []).append(partner)

    def partner(self, partner_id: str) -> Partner | None:
        """The partner of that id."""
        return self._by_id.get(partner_id)

    def partners(self) -> Iterable[Partner]:
        """All, by id."""
        return self._by_id.values()

    def resolve(self, address: Address) -> Partner | None:
        """The one partner for this address: one that names the site or carrier goes before one that names none.

        A channel is named by its partner's id: of several shops each hears of its own orders only.
        """
        candidates = self._listening.get(address.role, [])
        if address.role is Role.CHN and address.site:
            return next((partner for partner in candidates if partner.id == address.site), None)
        candidates = [partner for partner in candidates if partner.id == address.instance] or candidates
        candidates = _narrow(candidates, address.site, [partner.sites for partner in candidates])
        candidates = _narrow(candidates, address.scac, [partner.scacs for partner in candidates])
        return candidates[0] if len(candidates) == 1 else None


class PartnerFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in `partners/<id>.toml`."""

    role: Role
    connector: str
    name: str = ""
    sites: tuple[str, ...] = ()
    scacs: tuple[str, ...] = ()
    tz: str = "UTC"
    steward: str = ""
    acknowledge_within_s: Annotated[int, msgspec.Meta(ge=0, le=30 * 86_400)] = 0
    limits: dict[str, object] = {}
    settings: dict[str, object] = {}
    secrets: dict[str, str | list[str]] = {}
    transport: dict[str, object] = {}
    contact: Contact = Contact()
    slo: Slo = Slo()
    expected: Expected = Expected()


def read_project(
    folder: Path,
    manifests: Mapping[str, Manifest],
    environ: Mapping[str, str] | None = None,
    *,
    today: date | None = None,
) -> Project:
    """Read and check the whole folder. `manifests` are the connectors there are, by kind.

    `today` is what the deadlines of legacy transports are held against; absent, it is the machine's.

    Raises:
        ConfigurationError: everything wrong with any file, in one list.
    """
    problems: list[Problem] = []
    settings = None
    if not folder.is_dir():
        raise ConfigurationError([Problem(str(folder), 0, "", "is not a folder: name the integration project")])
    try:
        settings = read_settings(folder, environ)
    except ConfigurationError as error:
        problems.extend(error.problems)
    reading = Reading(folder, manifests, environ, today or SystemClock().now().date())
    partners = _read_partners(reading, problems)
    roles = {config.partner.id: config.partner.role for config in partners}
    authority = read_authority(folder, roles, problems)
    policy = msgspec.structs.replace(read_policy(folder, problems), authority=authority)
    brands = read_branding(folder, problems)
    extensions = read_extensions(folder, problems)
    problems.extend(_unknown_names(settings, partners, policy))
    if problems or settings is None:
        raise ConfigurationError(problems)
    return Project(folder, settings, partners, policy, brands, extensions)


def _unknown_names(settings: Settings | None, partners: Sequence[PartnerConfig], policy: Policy) -> Iterable[Problem]:
    """Calendars and partners that are named and are not there."""
    known = ", ".join(sorted(policy.calendars)) or "none"
    for config in partners:
        if config.profile.expected.calendar not in ("", *policy.calendars):
            detail = f"no calendar {config.profile.expected.calendar} in policies; there are: {known}"
            yield Problem(f"partners/{config.partner.id}.toml", 0, "expected.calendar", detail)
    for queue, name in policy.cases.queues.items():
        if name not in policy.calendars:
            yield Problem("policies", 0, f"cases.queues.{queue}", f"no calendar {name}; there are: {known}")
    ids = {config.partner.id for config in partners}
    for name, objective in settings.slos.items() if settings is not None else ():
        if objective.partner not in ("", *ids):
            yield Problem("crossdock.toml", 0, f"slos.{name}.partner", f"no partner {objective.partner} is connected")


def _narrow(candidates: list[Partner], wanted: str, named: Sequence[tuple[str, ...]]) -> list[Partner]:
    if not wanted:
        return candidates
    pairs = list(zip(candidates, named, strict=True))
    exact = [partner for partner, names in pairs if wanted in names]
    return exact or [partner for partner, names in pairs if not names]


class Reading(msgspec.Struct, frozen=True):
    """What partner files are read with."""

    folder: Path
    manifests: Mapping[str, Manifest]
    variables: Mapping[str, str] | None
    today: date


def _read_partners(reading: Reading, problems: list[Problem]) -> tuple[PartnerConfig, ...]:
    files = sorted((reading.folder / "partners").glob("*.toml"))
    if len(files) > PARTNERS_MAX:
        problems.append(Problem("partners", 0, "", f"more than {PARTNERS_MAX} files: split the installation"))
        return ()
    configs = []
    for path in files:
        source = open_source(path, f"partners/{path.name}", problems)
        config = _read_partner(path, source, reading, problems) if source.table else None
        configs.extend([config] if config else [])
    problems.extend(_overlaps([config.partner for config in configs if config.manifest.commands_out]))
    return tuple(configs)


def _read_partner(path: Path, source: Source, reading: Reading, problems: list[Problem]) -> PartnerConfig | None:
    secrets = _read_secrets(source, reading.folder, reading.variables, problems)
    if not PARTNER_ID.fullmatch(path.stem):
        problems.append(source.problem((), "the file name is the partner's id: small letters, digits, - and _ only"))
    if path.stem in RESERVED:
        problems.append(source.problem((), f"{path.stem} is a name of the hub's own: give the file another"))
    manifest = reading.manifests.get(str(source.table.get("connector", "")))
    base = manifest.limits if manifest else Limits()
    limits = read_struct(Limits, source, problems, ("limits",), base=base) if "limits" in source.table else base
    transport = read_transport(source, Around(secrets, reading.today, reading.folder), problems)
    file = read_struct(PartnerFile, source, problems)
    problems.extend(_check_partner(file, manifest, reading.manifests, source) if file else ())
    if limits and limits.window and not _is_window(limits.window):
        problems.append(source.problem(("limits", "window"), 'two times such as ["08:00", "18:00"] are needed'))
    if file is None or manifest is None or limits is None:
        return None
    fields = {name: getattr(file, name) for name in Partner.__struct_fields__ if name not in ("id", "commands")}
    partner = Partner(id=path.stem, **fields, commands=manifest.commands_out)
    profile = Profile(file.contact, file.slo, file.expected)
    return PartnerConfig(partner, manifest, limits, secrets, transport, profile)


def _check_partner(
    file: PartnerFile, manifest: Manifest | None, manifests: Mapping[str, Manifest], source: Source
) -> Iterable[Problem]:
    if manifest is None:
        known = ", ".join(sorted(manifests)) or "none"
        yield source.problem(("connector",), f"no connector {file.connector}; there are: {known}")
    elif file.role.value not in manifest.roles:
        able = ", ".join(manifest.roles)
        yield source.problem(("role",), f"connector {manifest.kind} cannot play {file.role.value}, only {able}")
    yield from check_settings(file.connector, file.settings, source)
    try:
        ZoneInfo(file.tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield source.problem(("tz",), f"no time zone {file.tz}: give an IANA name such as Europe/Amsterdam")


def _read_secrets(
    source: Source, folder: Path, environ: Mapping[str, str] | None, problems: list[Problem]
) -> dict[str, tuple[Secret, ...]]:
    table = source.table.get("secrets")
    secrets = {}
    for name, value in table.items() if isinstance(table, dict) else ():
        references = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        if len(references) > SECRETS_PER_NAME_MAX:
            problems.append(source.problem(("secrets", name), "at most two: the one in force and the one before it"))
        try:
            secrets[name] = tuple(resolve_secret(one, folder, environ) for one in references[:SECRETS_PER_NAME_MAX])
        except Permanent as error:
            problems.append(source.problem(("secrets", name), error.detail))
    return secrets


def _overlaps(partners: Sequence[Partner]) -> Iterable[Problem]:
    """Two systems in one role for the same place would leave every command for it without an addressee."""
    owners: dict[tuple[Role, str, str], str] = {}
    for partner in partners:
        # Channels are told apart by their ids.
        places = (partner.id,) if partner.role is Role.CHN else partner.sites or ("",)
        for site in places:
            for scac in partner.scacs or ("",):
                other = owners.setdefault((partner.role, site, scac), partner.id)
                if other != partner.id:
                    place = " ".join(part for part in (partner.role.value, site, scac) if part)
                    detail = f"{place} is already {other}'s: name sites or scacs so that each has one owner"
                    yield Problem(f"partners/{partner.id}.toml", 0, "role", detail)


def _is_window(window: tuple[str, str]) -> bool:
    try:
        return all(len(text) == len("08:00") and time.fromisoformat(text) is not None for text in window)
    except ValueError:
        return False
