"""The connectors there are, by kind: an explicit list, each a declaration (style.md, plugin registration).

A kind is its manifest, its decoder, and how a sender for one partner is made from that partner's file and the
transports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from crossdock.app.receive import Dialects
from crossdock.bootstrap.brokers import files_over_broker, publisher_of
from crossdock.bootstrap.documents import book_of, over_documents, post_of, speaker
from crossdock.bootstrap.places import Wiring, drop_of, http_of
from crossdock.bootstrap.project import PartnerConfig
from crossdock.bootstrap.transports import BrokerSettings
from crossdock.bootstrap.vendor_erps import (
    dynamics_orders,
    karrio_labels,
    odoo_sales,
    over_dynamics,
    over_karrio,
    over_odoo,
    over_s4hana,
    over_vendure,
    s4hana_orders,
    vendure_orders,
)
from crossdock.connectors.canonical_json import inbound as canonical_in
from crossdock.connectors.canonical_json import manifest as canonical
from crossdock.connectors.carrier_json import inbound as carrier_in
from crossdock.connectors.carrier_json import manifest as carrier
from crossdock.connectors.cloudevents import inbound as cloudevents_in
from crossdock.connectors.cloudevents import manifest as cloudevents
from crossdock.connectors.dcsa import inbound as dcsa_in
from crossdock.connectors.dcsa import manifest as dcsa
from crossdock.connectors.dynamics365 import inbound as dynamics365_in
from crossdock.connectors.dynamics365 import manifest as dynamics365
from crossdock.connectors.easypost import inbound as easypost_in
from crossdock.connectors.easypost import manifest as easypost
from crossdock.connectors.edifact import client as edifact_out
from crossdock.connectors.edifact import inbound as edifact_in
from crossdock.connectors.edifact import manifest as edifact
from crossdock.connectors.epcis import inbound as epcis_in
from crossdock.connectors.epcis import manifest as epcis
from crossdock.connectors.erp_json import client as erp_out
from crossdock.connectors.erp_json import inbound as erp_in
from crossdock.connectors.erp_json import manifest as erp
from crossdock.connectors.erp_json import outbound as erp_calls
from crossdock.connectors.flat_file import client as flat_out
from crossdock.connectors.flat_file import codes as flat_words
from crossdock.connectors.flat_file import errors as flat_errors
from crossdock.connectors.flat_file import inbound as flat_in
from crossdock.connectors.flat_file import manifest as flat
from crossdock.connectors.gs1 import client as gs1_out
from crossdock.connectors.gs1 import codes as gs1_words
from crossdock.connectors.gs1 import errors as gs1_errors
from crossdock.connectors.gs1 import inbound as gs1_in
from crossdock.connectors.gs1 import manifest as gs1
from crossdock.connectors.idoc import client as idoc_out
from crossdock.connectors.idoc import codes as idoc_words
from crossdock.connectors.idoc import config as idoc_config
from crossdock.connectors.idoc import errors as idoc_errors
from crossdock.connectors.idoc import inbound as idoc_in
from crossdock.connectors.idoc import manifest as idoc
from crossdock.connectors.json_file import client as json_out
from crossdock.connectors.json_file import codes as json_words
from crossdock.connectors.json_file import errors as json_errors
from crossdock.connectors.json_file import inbound as json_in
from crossdock.connectors.json_file import manifest as json_file
from crossdock.connectors.karrio import inbound as karrio_in
from crossdock.connectors.karrio import manifest as karrio
from crossdock.connectors.last_mile_json import client as last_mile_out
from crossdock.connectors.last_mile_json import inbound as last_mile_in
from crossdock.connectors.last_mile_json import manifest as last_mile
from crossdock.connectors.last_mile_json import outbound as last_mile_calls
from crossdock.connectors.notify import client as notify_out
from crossdock.connectors.notify import config as notify_config
from crossdock.connectors.notify import inbound as notify_in
from crossdock.connectors.notify import manifest as notify
from crossdock.connectors.odoo import inbound as odoo_in
from crossdock.connectors.odoo import manifest as odoo
from crossdock.connectors.s4hana import inbound as s4hana_in
from crossdock.connectors.s4hana import manifest as s4hana
from crossdock.connectors.shippo import inbound as shippo_in
from crossdock.connectors.shippo import manifest as shippo
from crossdock.connectors.shopify import client as shopify_out
from crossdock.connectors.shopify import config as shopify_config
from crossdock.connectors.shopify import inbound as shopify_in
from crossdock.connectors.shopify import manifest as shopify
from crossdock.connectors.telematics_json import inbound as telematics_in
from crossdock.connectors.telematics_json import manifest as telematics
from crossdock.connectors.tms_json import client as tms_out
from crossdock.connectors.tms_json import inbound as tms_in
from crossdock.connectors.tms_json import manifest as tms
from crossdock.connectors.tms_json import outbound as tms_calls
from crossdock.connectors.tryton import client as tryton_out
from crossdock.connectors.tryton import config as tryton_config
from crossdock.connectors.tryton import inbound as tryton_in
from crossdock.connectors.tryton import manifest as tryton
from crossdock.connectors.tryton import source as tryton_source
from crossdock.connectors.ubl import client as ubl_out
from crossdock.connectors.ubl import codes as ubl_words
from crossdock.connectors.ubl import errors as ubl_errors
from crossdock.connectors.ubl import inbound as ubl_in
from crossdock.connectors.ubl import manifest as ubl
from crossdock.connectors.vendure import inbound as vendure_in
from crossdock.connectors.vendure import manifest as vendure
from crossdock.connectors.wms_json import client as wms_out
from crossdock.connectors.wms_json import inbound as wms_in
from crossdock.connectors.wms_json import manifest as wms
from crossdock.connectors.wms_json import outbound as wms_calls
from crossdock.connectors.woocommerce import client as woocommerce_out
from crossdock.connectors.woocommerce import config as woocommerce_config
from crossdock.connectors.woocommerce import inbound as woocommerce_in
from crossdock.connectors.woocommerce import manifest as woocommerce
from crossdock.connectors.x12 import client as x12_out
from crossdock.connectors.x12 import inbound as x12_in
from crossdock.connectors.x12 import manifest as x12
from crossdock.connectors.xml_file import client as xml_out
from crossdock.connectors.xml_file import codes as xml_words
from crossdock.connectors.xml_file import errors as xml_errors
from crossdock.connectors.xml_file import inbound as xml_in
from crossdock.connectors.xml_file import manifest as xml_file
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.mediation.library import Library
from crossdock.ports.connector import Decoder, IntakeContext, Limits, Manifest, Replier, Resolution, Sender
from crossdock.ports.json_calls import CallFor
from crossdock.ports.messages import CountedNumbers
from crossdock.ports.published import PublishedCommands
from crossdock.ports.transport import HttpTransport
from crossdock.runtime.polling import Poll
from crossdock.transports.notices import AppriseCourier
from crossdock.transports.soap.settings import SoapSettings

# The name under which a partner file gives the credential we call that partner with.
# The name of a secret: what stands for {secret} in the target of a channel.
CHANNEL = "channel"
TOKEN = "token"  # noqa: S105  (the name of a secret, not a secret)

S = TypeVar("S")
JsonClient = Callable[[HttpTransport, float, Secret | None], Sender]


class Kind(msgspec.Struct, frozen=True):
    """One connector.

    `decoder` makes its decoder, with the maps of the installation; one that also implements `Replier` owes
    acknowledgments. `sender` is absent for partners that only speak. `source` is what this kind is asked for in a way
    of its own, and every how many seconds. `by_files` partners have a folder unless their file names another transport.
    `by_maps` kinds know no document but those of the partner's own maps: they say and hear what these maps do.
    """

    manifest: Manifest
    decoder: Callable[[Library], Decoder]
    sender: Callable[[PartnerConfig, Wiring], Sender] | None = None
    source: Callable[[PartnerConfig, Wiring], tuple[Poll, float] | None] | None = None
    by_files: bool = False
    by_maps: bool = False


def plain(decoder: Decoder) -> Callable[[Library], Decoder]:
    """A decoder that needs no maps."""
    return lambda library: decoder


def over_http(
    client: JsonClient, calls: Mapping[str, CallFor] | None = None
) -> Callable[[PartnerConfig, Wiring], Sender]:
    """A sender that calls the partner's REST API, or publishes those `calls` where the partner has a broker."""

    def make(config: PartnerConfig, wiring: Wiring) -> Sender:
        if calls is not None and isinstance(config.transport, BrokerSettings):
            return PublishedCommands(publisher_of(config, wiring), calls)
        tokens = config.secrets.get(TOKEN, ())
        return client(http_of(config, wiring), config.limits.timeout_s, tokens[0] if tokens else None)

    return make


def over_settings(
    client: Callable[[HttpTransport, float, Secret | None, S], Sender], read: Callable[[Mapping[str, object]], S]
) -> Callable[[PartnerConfig, Wiring], Sender]:
    """A sender that calls the partner's API in a way its settings say."""

    def make(config: PartnerConfig, wiring: Wiring) -> Sender:
        settings = read(config.partner.settings)
        return over_http(lambda line, timeout_s, token: client(line, timeout_s, token, settings))(config, wiring)

    return make


def over_tryton(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that works in a Tryton database."""
    settings = tryton_config.read_config(config.partner.settings)

    def client(transport: HttpTransport, timeout_s: float, token: Secret | None) -> Sender:
        return tryton_out.Client(transport, timeout_s, token, settings)

    return over_http(client)(config, wiring)


def tryton_sales(config: PartnerConfig, wiring: Wiring) -> tuple[Poll, float] | None:
    """The sales of a Tryton database; `None` where its partner file wants it not to be asked."""
    settings = tryton_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    tokens = config.secrets.get(TOKEN, ())
    source = tryton_source.Sales(http_of(config, wiring), config.limits.timeout_s, tokens[0] if tokens else None)
    return Poll(config.partner, source, "poll", "application/json"), settings.poll_s


def over_notices(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that writes to people."""
    if wiring.contacts is None:
        raise Permanent(f"partners/{config.partner.id}.toml: notices need the orders whose customers they go to")
    secrets = config.secrets.get(CHANNEL, ())
    settings = notify_config.read_config(config.partner.settings)
    courier = AppriseCourier()
    return notify_out.Client(
        courier, wiring.contacts, settings, config.limits.timeout_s, secrets[0] if secrets else None
    )


def over_files(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that puts X12 documents where the partner fetches them, or sends them there."""
    drop = files_over_broker(config, wiring) or drop_of(config, wiring)
    book = wiring.library.book(x12.MANIFEST.kind, config.partner.id)
    return x12_out.sender(config.partner.id, config.partner.settings, wiring.numbers, drop, book)


def over_edifact_files(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that puts EDIFACT messages, made by the partner's maps, where the partner fetches them."""
    partner = config.partner
    drop = files_over_broker(config, wiring) or drop_of(config, wiring)
    context = IntakeContext(partner.id, partner.role.value, wiring.clock.now(), partner.tz, partner.settings)
    book = wiring.library.book(edifact.MANIFEST.kind, partner.id)
    return edifact_out.sender(context, book, wiring.numbers, drop)


def over_idocs(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender of IDocs with numbers of ours, as files or to an HTTP port of the partner's SAP system."""
    form = idoc_config.read_config(config.partner.settings).form
    post = post_of(config, wiring, idoc_words.CONTENT_TYPES[form], idoc_errors.explain)
    return idoc_out.sender(speaker(config, wiring), book_of(config, wiring), post, wiring.numbers)


def beside(library: Library) -> cloudevents_in.Find:
    """The decoders what CloudEvents carry is read by: all but their own, each made when it is first asked for."""
    made: dict[str, Decoder] = {}

    def find(kind: str) -> Decoder | None:
        if kind in made:
            return made[kind]
        if kind not in KINDS or kind == cloudevents.MANIFEST.kind:
            return None
        made[kind] = KINDS[kind].decoder(library)
        return made[kind]

    return find


KINDS: Mapping[str, Kind] = {
    kind.manifest.kind: kind
    for kind in (
        Kind(canonical.MANIFEST, plain(canonical_in.Inbound())),
        Kind(erp.MANIFEST, plain(erp_in.Inbound()), over_http(erp_out.Client, erp_calls.CALLS)),
        Kind(wms.MANIFEST, plain(wms_in.Inbound()), over_http(wms_out.Client, wms_calls.CALLS)),
        Kind(tms.MANIFEST, plain(tms_in.Inbound()), over_http(tms_out.Client, tms_calls.CALLS)),
        Kind(last_mile.MANIFEST, plain(last_mile_in.Inbound()), over_http(last_mile_out.Client, last_mile_calls.CALLS)),
        Kind(tryton.MANIFEST, plain(tryton_in.Inbound()), over_tryton, tryton_sales),
        Kind(odoo.MANIFEST, plain(odoo_in.Inbound()), over_odoo, odoo_sales),
        Kind(s4hana.MANIFEST, plain(s4hana_in.Inbound()), over_s4hana, s4hana_orders),
        Kind(dynamics365.MANIFEST, plain(dynamics365_in.Inbound()), over_dynamics, dynamics_orders),
        Kind(vendure.MANIFEST, plain(vendure_in.Inbound()), over_vendure, vendure_orders),
        Kind(karrio.MANIFEST, plain(karrio_in.Inbound()), over_karrio, karrio_labels),
        Kind(carrier.MANIFEST, plain(carrier_in.Inbound())),
        Kind(notify.MANIFEST, plain(notify_in.Inbound()), over_notices),
        Kind(telematics.MANIFEST, plain(telematics_in.Inbound())),
        Kind(dcsa.MANIFEST, dcsa_in.decoder),
        Kind(easypost.MANIFEST, easypost_in.decoder),
        Kind(epcis.MANIFEST, epcis_in.decoder),
        Kind(cloudevents.MANIFEST, lambda library: cloudevents_in.Inbound(beside(library))),
        Kind(shippo.MANIFEST, shippo_in.decoder),
        Kind(shopify.MANIFEST, shopify_in.decoder, over_settings(shopify_out.Client, shopify_config.read_config)),
        Kind(
            woocommerce.MANIFEST,
            woocommerce_in.decoder,
            over_settings(woocommerce_out.Client, woocommerce_config.read_config),
        ),
        Kind(idoc.MANIFEST, idoc_in.decoder, over_idocs, by_files=True),
        Kind(
            ubl.MANIFEST,
            ubl_in.decoder,
            over_documents(ubl_out.sender, ubl_words.CONTENT_TYPE, ubl_errors.explain),
            by_files=True,
        ),
        Kind(
            gs1.MANIFEST,
            gs1_in.decoder,
            over_documents(gs1_out.sender, gs1_words.CONTENT_TYPE, gs1_errors.explain),
            by_files=True,
        ),
        Kind(
            json_file.MANIFEST,
            json_in.decoder,
            over_documents(json_out.sender, json_words.CONTENT_TYPE, json_errors.explain),
            by_files=True,
            by_maps=True,
        ),
        Kind(
            xml_file.MANIFEST,
            xml_in.decoder,
            over_documents(xml_out.sender, xml_words.CONTENT_TYPE, xml_errors.explain),
            by_files=True,
            by_maps=True,
        ),
        Kind(
            flat.MANIFEST,
            flat_in.decoder,
            over_documents(flat_out.sender, flat_words.CONTENT_TYPE, flat_errors.explain),
            by_files=True,
            by_maps=True,
        ),
        Kind(x12.MANIFEST, x12_in.X12Decoder, over_files, by_files=True),
        Kind(edifact.MANIFEST, edifact_in.EdifactDecoder, over_edifact_files, by_files=True),
    )
}

BY_MAPS = frozenset(name for name, kind in KINDS.items() if kind.by_maps)

MANIFESTS: Mapping[str, Manifest] = {name: kind.manifest for name, kind in KINDS.items()}


def dialects(library: Library, numbers: CountedNumbers) -> Dialects:
    """How partners speak, kind by kind."""
    decoders = {name: kind.decoder(library) for name, kind in KINDS.items()}
    return Dialects(
        decoders, {name: decoder for name, decoder in decoders.items() if isinstance(decoder, Replier)}, numbers
    )


def limited(config: PartnerConfig) -> Manifest:
    """The manifest with the limits that hold for this partner, and what its file says of calls without an answer."""
    limits: Limits = config.limits
    resolution = config.manifest.resolution
    if isinstance(config.transport, SoapSettings):
        resolution = Resolution(config.transport.resolution)
    return msgspec.structs.replace(config.manifest, limits=limits, resolution=resolution)
