"""The operations of `shipments` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Shipments(Calls):
    """Calls of `shipments`."""

    def create_shipment(
        self,
        *,
        body: models.ShipmentPlannedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Create a shipment: the TMS planned what we asked for."""
        path = path_of("/v1/shipments", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_shipment(
        self,
        shipment: str,
    ) -> models.ShipmentView:
        """A shipment as it stands now, and what was said about it."""
        path = path_of("/v1/shipments/{shipment}", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.ShipmentView", self._transport.call("GET", path, query=query))

    def cancel_shipment(
        self,
        shipment: str,
        *,
        body: models.ShipmentCancelledStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Cancel a planned shipment."""
        path = path_of("/v1/shipments/{shipment}/cancellation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_confirmation(
        self,
        shipment: str,
    ) -> models.Confirmation:
        """Whether a shipment has left its warehouse (I-14)."""
        path = path_of("/v1/shipments/{shipment}/confirmation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Confirmation", self._transport.call("GET", path, query=query))

    def accept_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsAcceptedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs accepted a declaration."""
        path = path_of("/v1/shipments/{shipment}/customs-acceptances", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def file_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsDeclaredStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that goods were declared."""
        path = path_of("/v1/shipments/{shipment}/customs-declarations", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def hold_goods(
        self,
        shipment: str,
        *,
        body: models.CustomsHeldStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs holds the goods."""
        path = path_of("/v1/shipments/{shipment}/customs-holds", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def reject_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsRejectedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs rejected a declaration."""
        path = path_of("/v1/shipments/{shipment}/customs-rejections", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def clear_goods(
        self,
        shipment: str,
        *,
        body: models.CustomsReleasedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs released the goods."""
        path = path_of("/v1/shipments/{shipment}/customs-releases", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_delivery(
        self,
        shipment: str,
        *,
        body: models.DeliveryCompletedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that a shipment was delivered, once per delivery attempt."""
        path = path_of("/v1/shipments/{shipment}/delivery-confirmation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_dispatch(
        self,
        shipment: str,
        *,
        body: models.ShipmentHandedOverStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that a warehouse handed a shipment over, the one governed way to dispatch (W-16)."""
        path = path_of("/v1/shipments/{shipment}/dispatch", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def list_documents(
        self,
        shipment: str,
    ) -> models.Documents:
        """Documents of a shipment, by hash (I-26)."""
        path = path_of("/v1/shipments/{shipment}/documents", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Documents", self._transport.call("GET", path, query=query))

    def attach_document(
        self,
        shipment: str,
        *,
        body: models.DocumentAttachedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Attach a document to a shipment by its hash: customs papers, labels, bills (I-29)."""
        path = path_of("/v1/shipments/{shipment}/documents", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_freight(
        self,
        shipment: str,
    ) -> models.Documents:
        """What a shipment's freight is to cost, and did: rates, accruals, charges, settlement (I-21)."""
        path = path_of("/v1/shipments/{shipment}/freight", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Documents", self._transport.call("GET", path, query=query))

    def post_charges(
        self,
        shipment: str,
        *,
        body: models.FreightInvoicedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Post the charges of a freight invoice, once by carrier and invoice number (I-23)."""
        path = path_of("/v1/shipments/{shipment}/freight-charges", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def estimate_freight(
        self,
        shipment: str,
        *,
        body: models.FreightEstimatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State what freight will cost."""
        path = path_of("/v1/shipments/{shipment}/freight-estimates", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def settle_freight(
        self,
        shipment: str,
        *,
        body: models.FreightSettledStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that freight was paid (I-24)."""
        path = path_of("/v1/shipments/{shipment}/freight-settlement", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_invoice(
        self,
        shipment: str,
        *,
        body: models.InvoicePostedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that an invoice was posted (I-25)."""
        path = path_of("/v1/shipments/{shipment}/invoices", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def update_milestone(
        self,
        shipment: str,
        *,
        body: models.TrackingMilestoneStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Report a freight milestone."""
        path = path_of("/v1/shipments/{shipment}/milestones", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_payment(
        self,
        shipment: str,
        *,
        body: models.InvoicePaidStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that an invoice was paid."""
        path = path_of("/v1/shipments/{shipment}/payments", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def replan_shipment(
        self,
        shipment: str,
        *,
        body: models.ShipmentReplannedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Change the plan of a shipment."""
        path = path_of("/v1/shipments/{shipment}/plan", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def capture_proof(
        self,
        shipment: str,
        *,
        body: models.PodCapturedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Hand in a proof of delivery (W-17)."""
        path = path_of("/v1/shipments/{shipment}/proofs", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def accept_tender(
        self,
        shipment: str,
        *,
        body: models.CarrierAcceptedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Accept a tender as its carrier."""
        path = path_of("/v1/shipments/{shipment}/tender-acceptances", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def reject_tender(
        self,
        shipment: str,
        *,
        body: models.CarrierRejectedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Reject a tender as its carrier."""
        path = path_of("/v1/shipments/{shipment}/tender-rejections", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def book_carrier(
        self,
        shipment: str,
        *,
        body: models.CarrierTenderedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tender a shipment to a carrier (I-22)."""
        path = path_of("/v1/shipments/{shipment}/tenders", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
