"""Senders and sources of ERPs whose settings say how they are called and asked."""

from __future__ import annotations

from crossdock.bootstrap.places import Wiring, http_of
from crossdock.bootstrap.project import PartnerConfig
from crossdock.connectors.odoo import client as odoo_out
from crossdock.connectors.odoo import config as odoo_config
from crossdock.connectors.odoo import source as odoo_source
from crossdock.connectors.s4hana import client as s4hana_out
from crossdock.connectors.s4hana import config as s4hana_config
from crossdock.connectors.s4hana import source as s4hana_source
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Sender
from crossdock.ports.polling import PollSource
from crossdock.runtime.polling import Poll

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
    settings = s4hana_config.read_config(config.partner.settings)
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


def _asked(config: PartnerConfig, source: PollSource, every_s: float) -> Asked:
    return Poll(config.partner, source, "poll", "application/json"), every_s


def _token(config: PartnerConfig) -> Secret | None:
    tokens = config.secrets.get("token", ())
    return tokens[0] if tokens else None
