"""A tender becomes a label: canonical command to the call that is missing, given what the gateway has of it. Pure.

A label bears the tender's number as its reference and in its metadata: it is how we find again what was bought.

Source: Karrio server 2026.1, `POST /v1/shipments` with a service buys at once; `POST /v1/shipments/{id}/cancel`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from crossdock.canonical.commands.tms import TransmitTender
from crossdock.canonical.parts import Stop, StopType
from crossdock.connectors.karrio import codes, wire
from crossdock.connectors.karrio.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import JsonCall, json_call, path_segment
from crossdock.ports.reaching import Task, task_reader

Labels = tuple[wire.Shipment, ...]
# A call that still has to be told the gateway's account, service and usual weight.
LabelCall = Callable[[Config], JsonCall]
LabelTask = Task[Labels, LabelCall]


class Buy:
    """Buy the label of this tender. Two of one tender are the same call."""

    def __init__(self, command: TransmitTender) -> None:
        self._command = command

    def __call__(self, config: Config) -> JsonCall:
        """The call, for this account."""
        return _label(self._command, config)

    def __eq__(self, other: object) -> bool:
        """By the tender."""
        return isinstance(other, Buy) and other._command == self._command

    def __hash__(self) -> int:
        """By the tender."""
        return hash(self._command.tender_no)

    def __repr__(self) -> str:
        """For people."""
        return f"buy the label of tender {self._command.tender_no}"


class Drop:
    """Give a label back."""

    def __init__(self, shipment: wire.Shipment) -> None:
        self._id = shipment.id

    def __call__(self, config: Config) -> JsonCall:
        """The call."""
        return JsonCall("POST", f"/v1/shipments/{path_segment(self._id)}/cancel", b"{}")

    def __eq__(self, other: object) -> bool:
        """By the label."""
        return isinstance(other, Drop) and other._id == self._id

    def __hash__(self) -> int:
        """By the label."""
        return hash(self._id)

    def __repr__(self) -> str:
        """For people."""
        return f"give label {self._id} back"


def _tender(command: TransmitTender) -> LabelTask:
    def following(labels: Labels) -> LabelCall | None:
        ours = [one for one in labels if one.metadata.get(codes.TENDER) == command.tender_no]
        held = [one for one in ours if one.status not in codes.ENDED]
        if command.cancel:
            return Drop(held[0]) if held else None
        return None if ours else Buy(command)

    return Task(command.tender_no, following, command.tender_no)


def _label(command: TransmitTender, config: Config) -> JsonCall:
    parcels = [
        {"weight": float(kilograms or Decimal(str(config.parcel_kg))), "weight_unit": "KG", "reference_number": number}
        for number, kilograms in _parcels(command)
    ]
    body: dict[str, object] = {
        "shipper": _address(command, StopType.PICKUP),
        "recipient": _address(command, StopType.DELIVERY),
        "parcels": parcels,
        "service": config.service,
        "carrier_ids": [config.account] if config.account else [],
        "reference": command.tender_no,
        "metadata": {codes.LOAD: command.load, codes.TENDER: command.tender_no, codes.CARRIER: command.carrier},
    }
    return json_call("POST", "/v1/shipments", body)


def _parcels(command: TransmitTender) -> list[tuple[str, Decimal]]:
    """One parcel a package, else one a shipment, with its part of the shipment's weight."""
    parcels: list[tuple[str, Decimal]] = []
    for shipment in command.shipments:
        numbers = shipment.packages or (shipment.shipment,)
        parcels += [(number, shipment.totals.gross_kgm / len(numbers)) for number in numbers]
    return parcels or [(command.load, Decimal(0))]


def _address(command: TransmitTender, kind: StopType) -> dict[str, object]:
    stop: Stop | None = next((one for one in command.stops if one.type is kind), None)
    address = stop.location.address if stop is not None else None
    if stop is None or address is None:
        raise Permanent(
            f"tender {command.tender_no} has no address of its {kind.value}: the TMS must send it in the load"
        )
    lines = [*address.lines, "", ""]
    return {
        "company_name": stop.location.name or stop.location.location_no,
        "person_name": stop.location.name or stop.location.location_no,
        "address_line1": lines[0],
        "address_line2": lines[1],
        "city": address.city,
        "state_code": address.region,
        "postal_code": address.postal,
        "country_code": address.country,
    }


TASKS: Mapping[str, Callable[[bytes], LabelTask]] = {"transmit_tender": task_reader(TransmitTender, _tender)}
