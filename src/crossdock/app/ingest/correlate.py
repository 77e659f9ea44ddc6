"""Whose is it? The identifiers a fact carries, strongest first (domain.md §1.8), and whether its source may say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import EventType, Payload
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.returns import ReturnUnannouncedReceived
from crossdock.canonical.vocabulary import Priority, Role
from crossdock.ports.directory import Partner

# Whoever works at the console. No partner of a project is without a connector, so nobody else can be this one.
CONSOLE = Partner("console", Role.OPS, "", name="Operations console")

# Subjects named by a key of ours that starts with the order number: `SO-1/WH-NL1/1`.
OWN_KEY_SUBJECTS = frozenset(
    {"fulfilment_order", "shipment", "delivery_task", "request", "timer", "billing_item", "freight_case"}
)


# Dossiers that gather several orders, and the identifiers they answer for: those of a movement are shared by all
# shipments aboard, so its load takes what bears them and tells its shipments (§1.8). They are folded before orders.
GATHERERS: Mapping[str, frozenset[str]] = {
    "load": frozenset({"load", "pro", "bol", "container", "equipment"}),
    "run": frozenset({"run"}),
    "appointment": frozenset({"appointment"}),
    "channel_order": frozenset({"channel_order"}),
}
GATHERER_OF = {scheme: kind for kind, schemes in GATHERERS.items() for scheme in schemes}
MONEY = "freight."


def identifiers(fact: Fact) -> tuple[str, ...]:
    """Graph nodes this fact may be found under: our own id first, then its subject, its references, its order
    number."""
    found: dict[str, None] = {}
    subject = fact.subject
    order_no, slash, _ = subject.id.partition("/")
    if slash and subject.type in OWN_KEY_SUBJECTS:
        found[f"order||{order_no}"] = None
    request_id = getattr(fact.payload, "request_id", "")
    if isinstance(request_id, str) and request_id.count("/") >= 2:
        found[f"order||{request_id.partition('/')[0]}"] = None
    found[f"{subject.type}||{subject.id}"] = None
    if subject.type in GATHERERS and request_id:
        # What it answers was asked under an id of ours.
        found[f"{subject.type}||{request_id}"] = None
    own_schemes = GATHERERS.get(subject.type)
    alone = _is_of_one_shipment(fact)
    for reference in fact.refs:
        if alone and reference.scheme in GATHERER_OF:
            continue
        if own_schemes is not None and reference.scheme not in own_schemes:
            # Said about a load, it is the load's to tell: a shipment known earlier by an equal number must not catch
            # it.
            continue
        order_no, slash, _ = reference.id.partition("/")
        if slash and reference.scheme in OWN_KEY_SUBJECTS:
            found[f"order||{order_no}"] = None
        found[reference.ident] = None
    stated = getattr(fact.payload, "order_no", "")
    if stated:
        found[f"order||{stated}"] = None
    if isinstance(fact.payload, ReturnUnannouncedReceived):
        # What nobody announced is known by the packages it left in (domain.md §3.7, RET-16).
        for package in fact.payload.packages:
            numbers = {"sscc": package.sscc, "tracking": package.tracking_no, "package": package.package_no}
            found |= {f"{scheme}||{number}": None for scheme, number in numbers.items() if number}
    return tuple(found)


def _is_of_one_shipment(fact: Fact) -> bool:
    """Money is owed for the shipment a document names, and the movement it shares has no part in that: until we know
    the shipment it waits, whatever load its other numbers lead to. Where it names none, the movement is all there is.
    """
    subject = fact.subject
    return (
        subject.type == "shipment"
        and fact.type.startswith(MONEY)
        and all(one.id != subject.id for one in fact.refs if one.scheme in GATHERER_OF)
    )


class Ambiguous(Exception):
    """Two dossiers own identifiers of one fact and none is stronger: a person decides (INT-09)."""


def owner_of(idents: tuple[str, ...], owners: Mapping[str, tuple[int, ...]], kind_of: Callable[[int], str]) -> int:
    """The dossier of the first identifier that exactly one dossier owns; 0 when none is known.

    A gatherer and its orders may both know an identifier: a load answers for those of the movement, the order for the
    rest.

    Raises:
        Ambiguous: every known identifier belongs to several dossiers; we never pick the latest.
    """
    several = ""
    for ident in idents:
        known = owners.get(ident, ())
        if len(known) > 1:
            wanted = GATHERER_OF.get(ident.partition("|")[0], "order")
            known = tuple(dossier for dossier in known if kind_of(dossier) == wanted)
            several = ident
        if len(known) == 1:
            return known[0]
    if several:
        raise Ambiguous(f"{several} belongs to {len(owners[several])} dossiers: link it to one of them")
    return 0


def lacks_authority(fact: Fact, partner: Partner) -> str:
    """Why this partner may not state this fact (domain.md §1.7), or nothing when it may, as owner or as observer."""
    if fact.source.system is not partner.role or fact.source.instance != partner.id:
        return (
            f"{partner.id} speaks as {partner.role.value}, but the fact claims to come from "
            f"{fact.source.system.value} {fact.source.instance}: send it under its own source"
        )
    definition = EVENT_TYPES[fact.type]
    if partner.role in definition.owners or partner.role in definition.observers or partner.role is Role.SYNC:
        return ""
    if partner == CONSOLE:
        return _unsigned(fact, definition)
    owners = " or ".join(sorted(role.value for role in definition.owners))
    return f"{fact.type} belongs to {owners}; {partner.role.value} {partner.id} may not state it (INT-04)"


def _unsigned(fact: Fact, definition: EventType) -> str:
    """What a person's word on behalf of an owner lacks: whose word it is, who gives it and why, and for what is urgent
    a second person."""
    spoken = fact.payload.ext.get("ops", {}) if isinstance(fact.payload, Payload) else {}
    by, second = spoken.get("by", ""), spoken.get("second", "")
    if spoken.get("on_behalf_of", "") not in {role.value for role in definition.owners}:
        owners = " or ".join(sorted(role.value for role in definition.owners))
        return f"{fact.type} belongs to {owners}: say on whose behalf it is said (INT-04)"
    if not by or not spoken.get("reason", ""):
        return f"{fact.type} is said on behalf of another: say who says it and why (INT-04)"
    if definition.priority is Priority.P0 and second in ("", by):
        return f"{fact.type} is urgent: a second person has to agree before it is said on behalf of another (INT-04)"
    return ""
