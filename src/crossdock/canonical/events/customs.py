"""Export customs facts (domain.md §2.6). The declaration's outcome is customs' alone to state."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.parts import DocumentRef, ErrorItem, Incoterm, Mode, Part, Party, Place
from crossdock.canonical.scalars import HOME, Id, Instant, Number, Ordinal, Text
from crossdock.canonical.vocabulary import Lane
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class CustomsHoldKind(StrEnum):
    """Why customs stopped the goods."""

    CONTROL = "control"
    DOCUMENTS = "documents"
    QUERY = "query"
    DETAINED = "detained"


class ExitResult(StrEnum):
    """What the office of exit found."""

    SATISFACTORY = "satisfactory"
    DISCREPANCY = "discrepancy"
    REFUSED = "refused"


class CustomsFact(Payload, frozen=True, kw_only=True):
    """Base of every fact about one declaration; `lrn` is ours, so it correlates even before there is an MRN."""

    lrn: str = ""
    mrn: str = ""


class CustomsNotRequired(Payload, frozen=True, kw_only=True):
    """This lane needs no declaration, by `rule`."""

    rule: Id
    lane: str = ""


class CustomsRequired(Payload, frozen=True, kw_only=True):
    """This lane needs a declaration, by `rule`; `shipment` is the TMS's id, `lane` is `NL>GB`."""

    shipment: Id
    rule: Id
    lane: str
    order_no: Id
    warehouse: Id
    release_no: Ordinal = 1
    mode: Mode | None = None
    origin: Place | None = None
    destination: Annotated[Place | None, HOME] = None


class GoodsToDeclare(Part, frozen=True):
    """One order line as far as it is known. `net_kgm` and `unit_value` are per unit of `qty`."""

    line: Id
    item: str
    qty: Quantity
    hs: str = ""
    origin: str = ""
    net_kgm: Number | None = None
    unit_value: Money | None = None
    licence: str = ""
    licence_needed: bool = False

    @property
    def key(self) -> str:
        """The order line."""
        return self.line


class CustomsGoodsStated(Payload, frozen=True, kw_only=True):
    """What there is to declare of one shipment by now, and what is `missing`; `content_hash` is of everything else.

    `final` says that packing is complete. `packages` are SSCCs (or the warehouse's own numbers), `gross_kgm` is theirs.
    """

    required: CustomsRequired
    content_hash: Id
    order_no: Id
    warehouse: Id
    release_no: Ordinal = 1
    goods: tuple[GoodsToDeclare, ...] = ()
    consignee: Party | None = None
    incoterm: Incoterm | None = None
    packages: tuple[str, ...] = ()
    gross_kgm: Number | None = None
    final: bool = False
    missing: tuple[str, ...] = ()
    documents: tuple[DocumentRef, ...] = ()


class CustomsDeclared(CustomsFact, frozen=True, kw_only=True):
    """The declaration is with customs."""

    lrn: Id
    submitted_at: Instant
    goods_hash: str = ""
    version: Ordinal = 1


class CustomsAccepted(CustomsFact, frozen=True, kw_only=True):
    """Customs took it; `mrn` is the MRN, or the ITN for the US."""

    lrn: Id
    mrn: Id
    accepted_at: Instant


class CustomsRejected(CustomsFact, frozen=True, kw_only=True):
    """Customs refused to take it."""

    lrn: Id
    errors: tuple[ErrorItem, ...]
    version: Ordinal = 1


class CustomsHeld(CustomsFact, frozen=True, kw_only=True):
    """Stopped for a control, documents, a query, or detained."""

    mrn: Id
    kind: CustomsHoldKind
    since: Instant
    authority_ref: str = ""


class CustomsDocsRequested(CustomsFact, frozen=True, kw_only=True):
    """Customs wants papers by `due_at`."""

    mrn: Id
    documents: tuple[str, ...]
    due_at: Instant | None = None
    request_ref: str = ""


class CustomsReleased(CustomsFact, frozen=True, kw_only=True):
    """The goods may leave, under `conditions`."""

    mrn: Id
    released_at: Instant
    conditions: tuple[str, ...] = ()


class CustomsReleaseRefused(CustomsFact, frozen=True, kw_only=True):
    """The goods may not leave."""

    mrn: Id
    reason: Text
    at: Instant


class CustomsAmended(CustomsFact, frozen=True, kw_only=True):
    """An amendment was accepted."""

    mrn: Id
    amendment_no: Id
    accepted_at: Instant


class CustomsAmendmentRejected(CustomsFact, frozen=True, kw_only=True):
    """An amendment was refused."""

    mrn: Id
    amendment_no: Id
    errors: tuple[ErrorItem, ...]


class CustomsCancelled(CustomsFact, frozen=True, kw_only=True):
    """The declaration is void."""

    reason: Text
    at: Instant


class CustomsCancelDenied(CustomsFact, frozen=True, kw_only=True):
    """The declaration stands."""

    mrn: Id
    reason: Text
    request_id: str = ""


class CustomsExitConfirmed(CustomsFact, frozen=True, kw_only=True):
    """The goods left the customs territory."""

    mrn: Id
    exit_at: Instant
    office_exit: str = ""
    result: ExitResult = ExitResult.SATISFACTORY


class CustomsExitEnquiry(CustomsFact, frozen=True, kw_only=True):
    """Customs asks for proof of exit by `due_at`."""

    mrn: Id
    due_at: Instant
    enquiry_no: str = ""


_C = Lane.CUSTOMS
_CD = "declaration shipment"

# fmt: off
EVENTS = (
    event("customs.not_required", CustomsNotRequired, "SYNC", "shipment", "rev", "P3", "A", "", lane=_C, rank=80),
    event("customs.required", CustomsRequired, "SYNC", "shipment", "lane mode", "P2", "C A", "", lane=_C, rank=78),
    event("customs.goods_stated", CustomsGoodsStated, "SYNC", "shipment", "content_hash", "P2", "C A", "",
          lane=_C, rank=79),
    event("customs.declared", CustomsDeclared, "CUS", _CD, "lrn version",
          "P2 30m", "O T P A", 'M "Customs in progress"', lane=_C, rank=400),
    event("customs.accepted", CustomsAccepted, "CUS", _CD, "lrn mrn", "P1 30m", "O T P A", "", lane=_C, rank=404),
    event("customs.rejected", CustomsRejected, "CUS", _CD, "lrn version =rej",
          "P0 30m", "O T X A", "", lane=_C, rank=405),
    event("customs.held", CustomsHeld, "CUS", _CD, "mrn kind since",
          "P0 30m", "W T L E P X N A", 'M "Held by customs"', lane=_C, rank=410),
    event("customs.docs_requested", CustomsDocsRequested, "CUS", _CD, "mrn request_ref",
          "P0 30m", "X N A", "", lane=_C, rank=411),
    event("customs.released", CustomsReleased, "CUS", _CD, "mrn released_at",
          "P1 30m", "W T L E O P X N A", 'M "Customs cleared"', lane=_C, rank=420),
    event("customs.release_refused", CustomsReleaseRefused, "CUS", _CD, "mrn =refused",
          "P0 30m", "W T L E O X N", "M", lane=_C, rank=421),
    event("customs.amended", CustomsAmended, "CUS", _CD, "mrn amendment_no", "P2 30m", "T A", "", lane=_C, rank=412),
    event("customs.amendment_rejected", CustomsAmendmentRejected, "CUS", _CD, "mrn amendment_no",
          "P1 30m", "X A", "", lane=_C, rank=413),
    event("customs.cancelled", CustomsCancelled, "CUS", _CD, "lrn mrn =cancel",
          "P1 2h", "O T X A", "", lane=_C, rank=786),
    event("customs.cancel_denied", CustomsCancelDenied, "CUS", _CD, "mrn request_id",
          "P1 2h", "O X A", "", lane=_C, rank=787),
    event("customs.exit_confirmed", CustomsExitConfirmed, "CUS", _CD, "mrn =exit",
          "P2 24h", "E F P A", "", lane=_C, rank=530),
    event("customs.exit_enquiry", CustomsExitEnquiry, "CUS", _CD, "mrn enquiry_no",
          "P1 24h", "X N A", "", lane=_C, rank=531),
)
# fmt: on
