"""Policy as a value: what the integration project decides and the process managers obey (domain.md §9).

Loaded from `policies/*.toml` by `bootstrap`; every field has the default of domain.md §9.1. Durations are seconds.
"""

from __future__ import annotations

from datetime import time
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from crossdock.process.scopes import DEFAULT, Facets, Override, changed, fitting
from crossdock.process.terms.appointments import AppointmentTerms
from crossdock.process.terms.authority import AuthorityTerms
from crossdock.process.terms.cases import Calendar, CaseTerms
from crossdock.process.terms.customs import CustomsTerms
from crossdock.process.terms.money import MoneyTerms
from crossdock.process.terms.notifications import NotificationTerms
from crossdock.process.terms.portal import PortalTerms
from crossdock.process.terms.reconciliation import ReconciliationTerms
from crossdock.process.terms.release import ReleaseTerms, Route
from crossdock.process.terms.returns import Returns
from crossdock.process.terms.stock import Stock
from crossdock.process.terms.times import TimeTerms
from crossdock.process.terms.transport import TransportTerms

# Timers that run by working hours (domain.md §9.1): those of a warehouse, and those of a queue of ours.
LOCAL = frozenset({"tm_allocate", "tm_pick_start", "tm_pick", "tm_pack", "tm_count", "tm_variance"})
QUEUES = MappingProxyType(
    {
        "tm_customs_data": "CUS", "tm_mismatch": "FIN", "tm_dispute": "FIN", "tm_settle": "FIN", "tm_appt": "TRN",
        "tm_rma": "CSR", "tm_inspect": "WHS", "tm_credit": "FIN", "tm_customer_action": "CSR",
        "tm_substitution": "CSR",
    }
)  # fmt: skip

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Timers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Durations in seconds (domain.md §9.1)."""

    tm_release: int = 5 * MINUTE
    tm_fo_accept: int = 15 * MINUTE
    tm_allocate: int = 60 * MINUTE
    tm_pick_start: int = 4 * HOUR
    tm_pick: int = 4 * HOUR
    tm_pack: int = 2 * HOUR
    tm_handover: int = 24 * HOUR
    tm_cutoff: int = 24 * HOUR
    tm_handover_grace: int = 30 * MINUTE
    tm_ship_confirm: int = 4 * HOUR
    tm_plan: int = 60 * MINUTE
    tm_tender: int = 60 * MINUTE
    tm_pickup: int = 60 * MINUTE
    tm_departure: int = 4 * HOUR
    tm_milestone: int = 24 * HOUR
    tm_ofd: int = 12 * HOUR
    tm_reattempt: int = 8 * HOUR
    tm_run: int = 2 * HOUR
    tm_appt: int = 4 * HOUR
    tm_run_account: int = 30 * MINUTE
    run_length: int = 10 * HOUR
    tm_pod: int = 48 * HOUR
    tm_cancel: int = 30 * MINUTE
    tm_intercept: int = 4 * HOUR
    tm_backorder_review: int = 14 * DAY
    tm_customer_action: int = 48 * HOUR
    tm_substitution: int = 2 * HOUR
    plan_fail_patience: int = 8 * HOUR
    tm_cmd_ack: int = 15 * MINUTE
    tm_customs_data: int = 4 * HOUR
    tm_customs_ack: int = 30 * MINUTE
    tm_customs_release: int = 4 * HOUR
    tm_hold_review: int = 24 * HOUR
    tm_exit_enquiry: int = 90 * DAY
    tm_exit_invalid: int = 150 * DAY
    tm_exit_warning: int = 120 * DAY
    tm_customs_recall: int = 30 * MINUTE
    hold_ttl_exit: int = 24 * HOUR
    gap_grace_wms: int = 15 * MINUTE
    gap_grace_pod: int = 2 * HOUR
    hold_ttl_inflight: int = 30 * MINUTE
    hold_ttl_orphan: int = 4 * HOUR
    hold_ttl_freight: int = 24 * HOUR
    tm_invoice_ack: int = 60 * MINUTE
    tm_freight_invoice: int = 30 * DAY
    tm_mismatch: int = 5 * DAY
    tm_dispute: int = 15 * DAY
    tm_settle: int = 30 * DAY
    accrual_age_max: int = 45 * DAY
    tm_acceptance: int = 7 * DAY
    tm_rma: int = DAY
    tm_inspect: int = 3 * DAY
    tm_credit: int = 2 * DAY
    tm_return_window: int = 30 * DAY
    tm_erp_post: int = 30 * MINUTE
    tm_count: int = DAY
    tm_variance: int = DAY
    variance_recheck: int = HOUR
    negative_grace: int = 30 * MINUTE


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A warehouse orders may be routed to. `country` is ISO 3166-1 alpha-2, `work_s` its usual time from order to
    dock, `calendar` its working hours; carriers leave at `cutoff` (`17:00`, by the clock in `tz`) on its working days.
    """

    country: str = ""
    work_s: int = 4 * HOUR
    closed: bool = False
    calendar: str = ""
    cutoff: str = ""
    tz: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a cut-off that is no time of day."""
        if self.cutoff:
            time.fromisoformat(self.cutoff)
        ZoneInfo(self.tz)


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a decision may depend on beside facts. `version` is stored with every decision.

    `edi_carriers` are the SCACs that take a load tender as a document from us; `own_fleet_zones` are postal prefixes.
    `sites` are the warehouses by id (empty: whatever an order names), `wms_instances` the partner that runs each.
    `release_mode` `erp` makes blocking release rules advisory. `transit_s` is the usual time from dock to door.
    `authority` stands in `authority.toml`.
    `overrides` are what differs by scope, `scope` the most specific one that has been laid over this policy.
    """

    version: str = "default"
    scope: str = DEFAULT
    tenant: str = ""
    overrides: tuple[Override, ...] = ()
    timers: Timers = Timers()
    planning_mode: str = "parallel"
    release_mode: str = "sync"
    tender_gate: str = "allocation_confirmed"
    milestone_merge_window: int = 15 * MINUTE
    milestone_conflict_window: int = 2 * HOUR
    post_delivery_grace: int = 2 * HOUR
    correction_horizon: int = 14 * DAY
    max_attempts: int = 3
    credit_age_max: int = 24 * HOUR
    screening_age_max: int = 24 * HOUR
    release_horizon: int = 7 * DAY
    edi_carriers: tuple[str, ...] = ()
    own_fleet_zones: tuple[str, ...] = ()
    sites: dict[str, Site] = {}
    default_warehouse: str = ""
    wms_instances: dict[str, str] = {}
    credit_required: bool = False
    screening_required: bool = False
    served_countries: tuple[str, ...] = ()
    transit_s: int = 0
    proof_required: tuple[str, ...] = ()
    pod_own_fleet_s: int = HOUR
    max_tenders: int = 5
    appointments: AppointmentTerms = AppointmentTerms()
    customs: CustomsTerms = CustomsTerms()
    returns: Returns = Returns()
    stock: Stock = Stock()
    money: MoneyTerms = MoneyTerms()
    calendars: dict[str, Calendar] = {}
    cases: CaseTerms = CaseTerms()
    transport: TransportTerms = TransportTerms()
    reconciliation: ReconciliationTerms = ReconciliationTerms()
    notifications: NotificationTerms = NotificationTerms()
    portal: PortalTerms = PortalTerms()
    release: ReleaseTerms = ReleaseTerms()
    times: TimeTerms = TimeTerms()
    authority: AuthorityTerms = AuthorityTerms()
    routes: tuple[Route, ...] = ()

    def for_(self, facets: Facets) -> Policy:
        """The policy for a decision with these facets: overrides laid over it, the most specific last."""
        policy = self
        for one in fitting(self.overrides, facets):
            policy = msgspec.structs.replace(changed(policy, one.changes), scope=one.scope.label)
        return policy

    def calendar_of(self, timer: str, key: str) -> Calendar | None:
        """Whose working hours a timer of this instance counts; `None` for around the clock."""
        if timer in QUEUES:
            return self.calendars.get(self.cases.queues.get(QUEUES[timer], ""))
        if timer not in LOCAL or not self.calendars:
            return None
        site = self.sites.get(warehouse_of(key))
        return self.calendars.get(site.calendar) if site is not None else None

    @property
    def label(self) -> str:
        """Version and winning scope, as decisions carry them; empty for a project without policies."""
        return "" if (self.version, self.scope) == (DEFAULT, DEFAULT) else f"{self.version} ({self.scope})"


def warehouse_of(key: str) -> str:
    """The warehouse an instance's key names: of a release `SO-1/WH-1/1`, of stock `WH-1|IT-7`; else empty."""
    if "|" in key:
        return key.partition("|")[0]
    parts = key.rsplit("/", 2)
    return parts[1] if len(parts) > 2 else ""
