"""Fulfilment orders, tasks, waves and packages (domain.md §1.3). Authority: the WMS of that warehouse."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.entities.commercial import Ledger
from crossdock.canonical.parts import Dims, LineQuantity, PackageType, Part
from crossdock.canonical.scalars import Id, Instant, Number, Ordinal
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.quantity import Quantity


class TaskType(StrEnum):
    """What a warehouse worker does."""

    PICK = "pick"
    PACK = "pack"
    PUTAWAY = "putaway"
    PUTBACK = "putback"
    REPLEN = "replen"
    COUNT = "count"
    LOAD = "load"
    UNLOAD = "unload"


class TaskStatus(StrEnum):
    """Life of a task."""

    OPEN = "open"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SHORT = "short"
    CANCELLED = "cancelled"


class WaveStatus(StrEnum):
    """Life of a wave."""

    PLANNED = "planned"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PackageState(StrEnum):
    """Life of a package. Labelled is not shipped."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    LABELLED = "LABELLED"
    LOADED = "LOADED"
    HANDED_OVER = "HANDED_OVER"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    VOIDED = "VOIDED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"


class FulfilmentLineState(Part, frozen=True):
    """A line of a fulfilment order with its copy of the ledger."""

    order_line: Id
    qty: Quantity
    ledger: Ledger = Ledger()


class FulfilmentOrder(Entity, frozen=True, kw_only=True):
    """Our request to one warehouse."""

    prefix: ClassVar[str] = "ful"

    order_no: Id
    warehouse: Id
    release_no: Ordinal
    lines: tuple[FulfilmentLineState, ...]
    ship_by: Instant
    shipments: tuple[str, ...] = ()
    wave: str = ""
    carrier_cutoff: Instant | None = None
    wms_ref: str = ""
    handling: tuple[str, ...] = ()
    customs_flag: bool = False

    @property
    def key(self) -> str:
        """`order_no|warehouse|release_no`."""
        return f"{self.order_no}|{self.warehouse}|{self.release_no}"


class WarehouseTask(Entity, frozen=True, kw_only=True):
    """A piece of work on the floor; never moves a fulfilment order by itself."""

    prefix: ClassVar[str] = "tsk"

    wms: Id
    task_id: Id
    type: TaskType
    fo: str = ""
    item: str = ""
    qty: Quantity | None = None
    origin: str = ""
    destination: str = ""
    status: TaskStatus = TaskStatus.OPEN
    operator_ref: str = ""
    started: Instant | None = None
    ended: Instant | None = None

    @property
    def key(self) -> str:
        """`wms|task_id`."""
        return f"{self.wms}|{self.task_id}"


class Wave(Entity, frozen=True, kw_only=True):
    """Fulfilment orders released to the floor together."""

    prefix: ClassVar[str] = "wav"

    wms: Id
    wave_no: Id
    fo: tuple[str, ...]
    planned_release: Instant | None = None
    released_at: Instant | None = None
    cutoff_at: Instant | None = None
    status: WaveStatus = WaveStatus.PLANNED

    @property
    def key(self) -> str:
        """`wms|wave_no`."""
        return f"{self.wms}|{self.wave_no}"


class Package(Entity, frozen=True, kw_only=True):
    """A handling unit. Authority: WMS until hand-over, TMS or LMD after."""

    prefix: ClassVar[str] = "pkg"

    system: Role
    sscc: str = ""
    package_no: str = ""
    type: PackageType = PackageType.PARCEL
    parent: str = ""
    contents: tuple[LineQuantity, ...] = ()
    gross_kgm: Number
    dims_cmt: Dims | None = None
    volume_mtq: Number | None = None
    tracking_no: str = ""
    label_id: str = ""
    seal_no: str = ""
    package_state: PackageState = PackageState.OPEN

    @property
    def key(self) -> str:
        """The SSCC, which is unique for a year at least; without one `system|package_no`."""
        return self.sscc or f"{self.system}|{self.package_no}"
