"""Normalised reasons (domain.md §4.5): `category.code`, and against whom it counts. Code maps are the connectors'."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

UNKNOWN = "unknown"


class Category(StrEnum):
    """Whose doing it was."""

    CONSIGNEE = "consignee"
    CARRIER = "carrier"
    SHIPPER = "shipper"
    CUSTOMS = "customs"
    EXTERNAL = "external"
    SERVICE = "service"


class ReasonType(msgspec.Struct, frozen=True):
    """One reason. `counts_against` is `carrier`, `shipper`, `customs`, `none`, `not carrier` or `per contract`."""

    category: Category
    code: str
    counts_against: str

    @property
    def name(self) -> str:
        """`category.code`, as facts carry it."""
        return f"{self.category.value}.{self.code}"


_ROWS = (
    (
        Category.CONSIGNEE,
        "not carrier",
        (
            "closed unavailable refused wrong_address unable_to_locate future_date_requested no_unload_equipment"
            " receiving_restricted"
        ),
    ),
    (
        Category.CARRIER,
        "carrier",
        "mechanical driver missort dispatch_error missed_pickup no_time prior_stop accident keying_error other",
    ),
    (Category.SHIPPER, "shipper", "not_ready hold_by_shipper missing_instructions overweight credit_hold"),
    (Category.CUSTOMS, "customs", "documentation hold border_clearance awaiting_export customs_general"),
    (Category.EXTERNAL, "none", "weather road civil holiday strike"),
    (Category.SERVICE, "per contract", "appointment_pending customer_pickup_wait payment_wait"),
)

REASONS: Mapping[str, ReasonType] = MappingProxyType(
    {
        reason.name: reason
        for category, against, codes in _ROWS
        for reason in (ReasonType(category, code, against) for code in codes.split())
    }
)


def reason_type(name: str) -> ReasonType | None:
    """The reason of that name; none for `unknown`, for nothing, and for what no map of ours writes."""
    return REASONS.get(name)
