"""What we owe customs at any moment: hand in, correct, supply papers, withdraw. Each is asked for when it is due, and
the command itself, coming back as a fact of its own dossier, moves the declaration.
"""

from __future__ import annotations

from datetime import timedelta

from crossdock.canonical.commands.customs import (
    AmendDeclaration,
    CancelDeclaration,
    CreateDeclaration,
    SubmitDeclaration,
    SupplyDocuments,
)
from crossdock.canonical.commands.erp import UpdateDeliveryStatus
from crossdock.canonical.commands.people import NotifyInternal
from crossdock.canonical.commands.tms import InterceptShipment
from crossdock.canonical.envelope import Fact
from crossdock.canonical.parts import DocumentRef, Party, Place
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import content_hash, send
from crossdock.process.customs.goods import changes, declared, essence
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.table import ACCEPTED, DRAFT, ENQUIRY, HELD, REFUSED, REJECTED, RELEASED
from crossdock.process.effects import Address, CloseCase, Effect, OpenCase, StartTimer
from crossdock.process.policy import Policy
from crossdock.process.step import latest, seconds
from crossdock.process.terms.customs import Agent

Effects = tuple[Effect, ...]
CUS, TMS, ERP, OPS = (Address(role) for role in (Role.CUS, Role.TMS, Role.ERP, Role.OPS))
AMENDABLE = (ACCEPTED, HELD, RELEASED)
HASH_SHOWN = 8


def draft(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Draft it with what there is; the submission states the goods again, as packed."""
    stated, terms = state.content(), policy.customs
    required = stated.required
    country = country_of(required.origin, required.lane)
    command = CreateDeclaration(
        lrn=state.lrn,
        shipment=required.shipment,
        regime=terms.regime_of(country),
        goods=declared(stated).goods,
        declarant=_agent(terms.declarant),
        broker=_agent(terms.broker),
        consignee=stated.consignee,
        origin=required.origin,
        destination=required.destination,
        office_export=terms.offices_export.get(country, ""),
        office_exit=terms.offices_exit.get(country, ""),
        incoterm=stated.incoterm,
    )
    return (send(command, CUS),)


def submit(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Hand it in once packages are final and it is known who takes them; after a refusal, once something changed."""
    stated = state.content()
    if not stated.final or stated.missing or not state.means:
        return ()
    fresh = state.state == DRAFT and not state.version
    again = state.state in (REJECTED, REFUSED) and state.answered == state.version
    if not fresh and not (again and essence(stated) != state.submitted):
        return ()
    return hand_in(state, key, fact, policy)


def hand_in(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The next version of the submission, and how long its answer may take."""
    stated = state.content()
    command = SubmitDeclaration(
        lrn=state.lrn,
        mrn=state.mrn,
        version=state.version + 1,
        shipment=stated.required.shipment,
        gross_kgm=stated.gross_kgm,
        packages=stated.packages,
        goods=declared(stated).goods,
    )
    return (send(command, CUS), StartTimer("tm_customs_ack", key, latest(fact) + seconds(policy, "tm_customs_ack")))


def amend_if_changed(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Before departure what differs is amended; afterwards it is a matter of disclosure (CUS-09)."""
    stated = state.content()
    if state.state not in AMENDABLE or not stated.final or stated.missing:
        return ()
    now = declared(stated)
    differs = changes(state.lodged, now, policy.customs)
    if not differs or now == state.refused:
        return ()
    if state.departed_us:
        return (post_clearance(key, "; ".join(f"{one.path} {one.old} > {one.new}" for one in differs)),)
    number = f"{state.amendments + 1}-{content_hash(now.goods, now.gross)[-HASH_SHOWN:]}"
    return (send(AmendDeclaration(lrn=state.lrn, mrn=state.mrn, amendment_no=number, changes=differs), CUS),)


def post_clearance(key: str, detail: str) -> OpenCase:
    """CUS-09 of goods that are gone."""
    return OpenCase("CUS-09", key, f"changed after departure ({detail}): disclose it to customs", "goods")


def withdraw(state: DeclarationState, request_id: str, reason: str) -> Effects:
    """Ask customs to cancel; the same request is one command."""
    if state.cancel == request_id:
        return ()
    command = CancelDeclaration(lrn=state.lrn, mrn=state.mrn, request_id=request_id, reason=reason)
    return (send(command, CUS),)


def supply(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The papers asked for, once all of them are here; for an enquiry whatever proves the exit."""
    papers = state.content().documents
    if state.state == ENQUIRY:
        proof = tuple(paper for paper in papers if paper.type in policy.customs.evidence)
        return _supply(state, proof) if proof else ()
    here = tuple(paper for paper in papers if paper.type in state.wanted)
    if not state.wanted or {paper.type for paper in here} != set(state.wanted):
        return ()
    return _supply(state, here)


def _supply(state: DeclarationState, papers: tuple[DocumentRef, ...]) -> Effects:
    command = SupplyDocuments(
        lrn=state.lrn,
        mrn=state.mrn,
        request_ref=state.request,
        content_hash=content_hash([paper.key for paper in papers]),
        documents=papers,
    )
    return (send(command, CUS),)


def notify(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Trade compliance, transport and customer service hear of a stop, and of every further one (W-06.4)."""
    required = state.content().required
    detail = f"customs stopped {required.shipment} ({state.controls[-1] if state.controls else 'documents'})"
    return tuple(
        send(
            NotifyInternal(
                cause_event=fact.key,
                channel="console",
                recipient=queue,
                template="customs_hold",
                order_no=required.order_no,
                shipment=required.shipment,
                queue=queue,
                code="CUS-03",
                detail=detail,
            ),
            OPS,
        )
        for queue in policy.customs.hold_queues
    )


def tell_erp(state: DeclarationState, fact: Fact, status: str, note: str) -> Effect:
    """Tax evidence, gained or lost, belongs to the invoice."""
    required = state.content().required
    report = UpdateDeliveryStatus(
        shipment=required.shipment,
        fact=f"{fact.type}:{state.mrn}",
        order_no=required.order_no,
        at=fact.at,
        status=status,
        note=note,
    )
    return send(report, ERP)


def recall(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Stop what left without release before it is out of the country."""
    shipment = state.content().required.shipment
    return (send(InterceptShipment(shipment=shipment, request_id=f"{state.lrn}:CUS-07", action="recall"), TMS),)


def data_cases(state: DeclarationState, key: str) -> Effects:
    """CUS-01 with the missing fields, CUS-10 with the licences among them; closed when nothing is missing."""
    missing = state.content().missing
    if not missing:
        return (CloseCase("CUS-01", key), CloseCase("CUS-10", key))
    data = OpenCase("CUS-01", key, f"the declaration lacks {', '.join(missing)}: complete the order or the master data")
    licences = [place for place in missing if place.endswith(".licence")]
    if not licences:
        return (data, CloseCase("CUS-10", key))
    return (
        data,
        OpenCase("CUS-10", key, f"{', '.join(licences)} must be licensed: obtain the licence or drop the line"),
    )


def country_of(place: Place | None, lane: str) -> str:
    """The country goods are declared in."""
    return place.address.country if place is not None and place.address is not None else lane.partition(">")[0]


def usual_way_out(state: DeclarationState, policy: Policy) -> timedelta:
    """How long goods usually take from departure to the border, by mode."""
    mode = state.content().required.mode
    return timedelta(seconds=policy.customs.way_out(str(mode) if mode is not None else ""))


def _agent(agent: Agent) -> Party | None:
    return Party(no=agent.no or agent.eori, name=agent.name, eori=agent.eori) if agent.no or agent.eori else None
