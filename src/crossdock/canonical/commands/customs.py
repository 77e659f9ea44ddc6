"""Commands to the customs platform (domain.md §2.10)."""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.parts import DocumentRef, FieldChange, Incoterm, Part, Party, Place
from crossdock.canonical.scalars import HOME, Id, Number, Ordinal, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class DeclaredGoods(Part, frozen=True):
    """One goods item of a declaration."""

    order_line: Id
    item: str
    hs: str
    origin: str
    qty: Quantity
    net_kgm: Number
    value: Money
    licence: str = ""

    @property
    def key(self) -> str:
        """The order line."""
        return self.order_line


class DeclarationCommand(Payload, frozen=True, kw_only=True):
    """Base: our LRN, and customs' MRN once there is one."""

    lrn: Id
    mrn: str = ""


class CreateDeclaration(DeclarationCommand, frozen=True, kw_only=True):
    """Draft an export declaration."""

    shipment: Id
    regime: str
    goods: tuple[DeclaredGoods, ...]
    declarant: Party | None = None
    broker: Party | None = None
    consignee: Party | None = None
    origin: Place | None = None
    destination: Annotated[Place | None, HOME] = None
    office_export: str = ""
    office_exit: str = ""
    incoterm: Incoterm | None = None
    invoice_ref: str = ""


class SubmitDeclaration(DeclarationCommand, frozen=True, kw_only=True):
    """Hand it in: `goods` as packed, which take the place of the draft's; `packages` are SSCCs."""

    version: Ordinal
    shipment: str = ""
    gross_kgm: Number | None = None
    packages: tuple[str, ...] = ()
    goods: tuple[DeclaredGoods, ...] = ()


class AmendDeclaration(DeclarationCommand, frozen=True, kw_only=True):
    """Correct what was declared."""

    amendment_no: Id
    changes: tuple[FieldChange, ...]


class CancelDeclaration(DeclarationCommand, frozen=True, kw_only=True):
    """The goods will not leave under it."""

    request_id: Id
    reason: Text = ""


class SupplyDocuments(DeclarationCommand, frozen=True, kw_only=True):
    """The papers customs asked for. `content_hash` is of the document set."""

    request_ref: str
    content_hash: Id
    documents: tuple[DocumentRef, ...]


# fmt: off
COMMANDS = (
    command("create_declaration", CreateDeclaration, "CUS", "lrn", "A:message ack", "tm_cmd_ack", "CUS-01",
            "cancel_declaration", ordering="declaration=lrn"),
    command("submit_declaration", SubmitDeclaration, "CUS", "lrn version", "A:customs.accepted / customs.rejected",
            "tm_customs_ack", "CUS-02", "cancel_declaration", ordering="declaration=lrn"),
    command("amend_declaration", AmendDeclaration, "CUS", "mrn amendment_no",
            "A:customs.amended / customs.amendment_rejected", "tm_customs_ack", "CUS-02", "",
            ordering="declaration=lrn"),
    command("cancel_declaration", CancelDeclaration, "CUS", "lrn request_id",
            "A:customs.cancelled / customs.cancel_denied", "tm_customs_ack", "CUS-06", "", ordering="declaration=lrn",
            priority=Priority.P0),
    command("supply_documents", SupplyDocuments, "CUS", "mrn request_ref content_hash", "A:message ack",
            "tm_customs_ack", "CUS-04", "", ordering="declaration=lrn"),
)
# fmt: on
