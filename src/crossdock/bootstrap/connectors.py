"""The connectors there are, by kind: an explicit list, each a declaration (style.md, plugin registration).

A kind is its manifest, its decoder, and how a sender for one partner is made from that partner's file and the
transports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from crossdock.bootstrap.project import PartnerConfig
from crossdock.connectors.canonical_json import inbound as canonical_in
from crossdock.connectors.canonical_json import manifest as canonical
from crossdock.connectors.carrier_json import inbound as carrier_in
from crossdock.connectors.carrier_json import manifest as carrier
from crossdock.connectors.erp_json import client as erp_out
from crossdock.connectors.erp_json import inbound as erp_in
from crossdock.connectors.erp_json import manifest as erp
from crossdock.connectors.last_mile_json import client as last_mile_out
from crossdock.connectors.last_mile_json import inbound as last_mile_in
from crossdock.connectors.last_mile_json import manifest as last_mile
from crossdock.connectors.tms_json import client as tms_out
from crossdock.connectors.tms_json import inbound as tms_in
from crossdock.connectors.tms_json import manifest as tms
from crossdock.connectors.wms_json import client as wms_out
from crossdock.connectors.wms_json import inbound as wms_in
from crossdock.connectors.wms_json import manifest as wms
from crossdock.connectors.x12 import client as x12_out
from crossdock.connectors.x12 import inbound as x12_in
from crossdock.connectors.x12 import manifest as x12
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Decoder, Limits, Manifest, Replier, Sender
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import HttpTransport
from crossdock.transports.folder import FolderDrop
from crossdock.transports.http import AiohttpTransport, HttpConfig

# The name under which a partner file gives the credential we call that partner with.
TOKEN = "token"  # noqa: S105  (the name of a secret, not a secret)

JsonClient = Callable[[HttpTransport, float, Secret | None], Sender]


class Wiring(msgspec.Struct, frozen=True):
    """What a sender may be made of. `exchange` is the folder the partners' own folders lie in.

    `opened` collects the connections senders were given; who made the senders closes them.
    """

    exchange: Path
    numbers: ControlNumbers
    opened: list[AiohttpTransport] = []


class Kind(msgspec.Struct, frozen=True):
    """One connector. `sender` is absent for partners that only speak."""

    manifest: Manifest
    decoder: Decoder
    sender: Callable[[PartnerConfig, Wiring], Sender] | None = None
    replier: Replier | None = None


def over_http(client: JsonClient) -> Callable[[PartnerConfig, Wiring], Sender]:
    """A sender that calls the partner's REST API."""

    def make(config: PartnerConfig, wiring: Wiring) -> Sender:
        base_url = config.partner.settings.get("base_url")
        if not isinstance(base_url, str) or not base_url:
            raise Permanent(
                f"partners/{config.partner.id}.toml: settings.base_url is missing: say where its API begins"
            )
        limits = config.limits
        transport = AiohttpTransport(
            HttpConfig(base_url, connections_max=limits.concurrency, read_timeout_s=limits.timeout_s)
        )
        wiring.opened.append(transport)
        tokens = config.secrets.get(TOKEN, ())
        return client(transport, limits.timeout_s, tokens[0] if tokens else None)

    return make


def over_folder(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that puts X12 documents into the partner's folder."""
    drop = FolderDrop(outbox_folder(config, wiring.exchange))
    return x12_out.X12Sender(config.partner.id, config.partner.settings, wiring.numbers, drop)


def inbox_folder(config: PartnerConfig, exchange: Path) -> Path:
    """Where files from this partner arrive."""
    return folder(config, exchange, "folder_in", "in")


def outbox_folder(config: PartnerConfig, exchange: Path) -> Path:
    """Where files for this partner are put."""
    return folder(config, exchange, "folder_out", "out")


def folder(config: PartnerConfig, exchange: Path, setting: str, default: str) -> Path:
    """The folder a partner's file names, or its default place under the exchange."""
    named = config.partner.settings.get(setting)
    return Path(named) if isinstance(named, str) and named else exchange / config.partner.id / default


_x12 = x12_in.X12Decoder()

KINDS: Mapping[str, Kind] = {
    kind.manifest.kind: kind
    for kind in (
        Kind(canonical.MANIFEST, canonical_in.Inbound()),
        Kind(erp.MANIFEST, erp_in.Inbound(), over_http(erp_out.Client)),
        Kind(wms.MANIFEST, wms_in.Inbound(), over_http(wms_out.Client)),
        Kind(tms.MANIFEST, tms_in.Inbound(), over_http(tms_out.Client)),
        Kind(last_mile.MANIFEST, last_mile_in.Inbound(), over_http(last_mile_out.Client)),
        Kind(carrier.MANIFEST, carrier_in.Inbound()),
        Kind(x12.MANIFEST, _x12, over_folder, _x12),
    )
}

MANIFESTS: Mapping[str, Manifest] = {name: kind.manifest for name, kind in KINDS.items()}


def limited(config: PartnerConfig) -> Manifest:
    """The manifest with the limits that hold for this partner."""
    limits: Limits = config.limits
    return msgspec.structs.replace(config.manifest, limits=limits)
