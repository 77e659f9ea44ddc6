"""Senders and sources of ERPs, shops and gateways whose settings say how they are called and asked."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.bootstrap.places import Wiring, http_of
from crossdock.bootstrap.project import PartnerConfig
from crossdock.connectors.dynamics365 import client as dynamics_out
from crossdock.connectors.dynamics365 import config as dynamics_config
from crossdock.connectors.dynamics365 import source as dynamics_source
from crossdock.connectors.dynamics365.session import Session
from crossdock.connectors.karrio import client as karrio_out
from crossdock.connectors.karrio import config as karrio_config
from crossdock.connectors.karrio import source as karrio_source
from crossdock.connectors.odoo import client as odoo_out
from crossdock.connectors.odoo import config as odoo_config
from crossdock.connectors.odoo import source as odoo_source
from crossdock.connectors.s4hana import client as s4hana_out
from crossdock.connectors.s4hana import config as s4hana_config
from crossdock.connectors.s4hana import source as s4hana_source
from crossdock.connectors.vendure import client as vendure_out
from crossdock.connectors.vendure import config as vendure_config
from crossdock.connectors.vendure import source as vendure_source
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Sender
from crossdock.ports.polling import PollSource
from crossdock.runtime.polling import Poll
from crossdock.transports.http import AiohttpTransport, HttpConfig

Asked = tuple[Poll, float] | None


def over_odoo(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that works in an Odoo database."""
    settings = odoo_config.read_config(config.partner.settings)
    return odoo_out.Client(http_of(config, wiring), config.limits.timeout_s, _token(config), settings)


def odoo_sales(config: PartnerConfig, wiring: Wiring) -> Asked:
    """The sales of an Odoo database; `None` where its partner file wants it not to be asked."""
    settings = odoo_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    line = http_of(config, wiring)
    return _asked(config, odoo_source.Sales(line, config.limits.timeout_s, _token(config), settings), settings.poll_s)


def over_s4hana(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that works in an S/4HANA system."""
    settings = s4hana_config.read_config(_settings(config))
    return s4hana_out.Client(http_of(config, wiring), config.limits.timeout_s, _token(config), settings)


def s4hana_orders(config: PartnerConfig, wiring: Wiring) -> Asked:
    """The orders of an S/4HANA system; `None` where its partner file wants it not to be asked."""
    settings = s4hana_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    line = http_of(config, wiring)
    return _asked(
        config, s4hana_source.Orders(line, config.limits.timeout_s, _token(config), settings), settings.poll_s
    )


def over_dynamics(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that works in an environment of Dynamics 365."""
    settings = dynamics_config.read_config(_settings(config))
    timeout_s = config.limits.timeout_s
    return dynamics_out.Client(_dynamics(config, wiring, settings, timeout_s / 2), timeout_s, settings)


def dynamics_orders(config: PartnerConfig, wiring: Wiring) -> Asked:
    """The orders of a company in Dynamics 365; `None` where its partner file wants it not to be asked."""
    settings = dynamics_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    return _asked(
        config,
        dynamics_source.Orders(_dynamics(config, wiring, settings, config.limits.timeout_s), settings),
        settings.poll_s,
    )


def over_vendure(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that works in a Vendure shop."""
    settings = vendure_config.read_config(config.partner.settings)
    return vendure_out.Client(http_of(config, wiring), config.limits.timeout_s, _token(config), settings)


def vendure_orders(config: PartnerConfig, wiring: Wiring) -> Asked:
    """The orders of a Vendure shop; `None` where its partner file wants it not to be asked."""
    settings = vendure_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    line = http_of(config, wiring)
    source = vendure_source.Orders(line, config.limits.timeout_s, _token(config), settings)
    return _asked(config, source, settings.poll_s)


def over_karrio(config: PartnerConfig, wiring: Wiring) -> Sender:
    """A sender that buys labels at a Karrio gateway."""
    settings = karrio_config.read_config(config.partner.settings)
    return karrio_out.Client(http_of(config, wiring), config.limits.timeout_s, _token(config), settings)


def karrio_labels(config: PartnerConfig, wiring: Wiring) -> Asked:
    """The shipments of a Karrio gateway; `None` where its partner file wants it not to be asked."""
    settings = karrio_config.read_config(config.partner.settings)
    if not settings.poll_s:
        return None
    source = karrio_source.Labels(http_of(config, wiring), config.limits.timeout_s, _token(config))
    return _asked(config, source, settings.poll_s)


def _dynamics(config: PartnerConfig, wiring: Wiring, settings: dynamics_config.Config, timeout_s: float) -> Session:
    if not settings.token_url:
        raise Permanent(f"partners/{config.partner.id}.toml: settings.token_url is missing: say where tokens are given")
    private = config.transport is not None and getattr(config.transport, "private_network", False)
    tokens = AiohttpTransport(HttpConfig(settings.token_url, connections_max=1, private_network=private))
    wiring.opened.append(tokens)
    return Session(http_of(config, wiring), tokens, timeout_s, _token(config), settings)


def _asked(config: PartnerConfig, source: PollSource, every_s: float) -> Asked:
    return Poll(config.partner, source, "poll", "application/json"), every_s


def _settings(config: PartnerConfig) -> Mapping[str, object]:
    """A partner's settings; its dates are days of its own zone, unless they say another."""
    return {**config.partner.settings, "zone": config.partner.settings.get("zone") or config.partner.tz}


def _token(config: PartnerConfig) -> Secret | None:
    tokens = config.secrets.get("token", ())
    return tokens[0] if tokens else None
