"""What a customer was shown is still shown, or shown as corrected (invariant I4). Pure."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from crossdock.app.portal.timeline import step_of
from crossdock.kernel.instant import EPOCH
from crossdock.ports.portal import PortalOrder, ShownMilestone, ShownShipment

WITHDRAWN = "Withdrawn"
CORRECTED_MAX = 50


def succeed(before: PortalOrder | None, now: PortalOrder) -> PortalOrder:
    """This order after what was shown of it: nothing that was told vanishes without a word."""
    if before is None or before.customer != now.customer:
        return now
    known = {one.ref: one for one in now.shipments}
    shipments = [_after(old, known.pop(old.ref), now.as_of) if old.ref in known else _withdrawn(old, now.as_of)
                 for old in before.shipments]  # fmt: skip
    return replace(now, shipments=(*shipments, *known.values()))


def _after(before: ShownShipment, now: ShownShipment, at: datetime) -> ShownShipment:
    held = {one.key for one in now.milestones}
    gone = [_corrected(one, at) for one in before.milestones if one.key not in held]
    if not gone:
        return now
    return replace(now, milestones=_in_order([*now.milestones, *gone[-CORRECTED_MAX:]]))


def _withdrawn(before: ShownShipment, at: datetime) -> ShownShipment:
    """A shipment that is none any more."""
    gone = tuple(_corrected(one, at) for one in before.milestones)
    return replace(before, status=WITHDRAWN, step=0, eta=None, window=None, alert="", milestones=gone)


def _corrected(one: ShownMilestone, at: datetime) -> ShownMilestone:
    return one if one.corrected is not None else replace(one, corrected=at)


def _in_order(shown: list[ShownMilestone]) -> tuple[ShownMilestone, ...]:
    """By when it happened; what nobody gave a time stays behind what it came after."""
    last = EPOCH
    placed: list[tuple[datetime, int, ShownMilestone]] = []
    for place, one in enumerate(shown):
        last = one.at or last
        placed.append((last, place, one))
    return tuple(one for _, _, one in sorted(placed, key=lambda item: item[:2]))


def went_back(before: PortalOrder, now: PortalOrder) -> tuple[str, ...]:
    """What of an order was shown and is gone without a correction; none ever should be. For audits."""
    shipments = {one.ref: one for one in now.shipments}
    lost: list[str] = []
    for old in before.shipments:
        new = shipments.get(old.ref)
        if new is None:
            lost.append(f"shipment {old.ref}")
            continue
        keys = {one.key: one for one in new.milestones}
        lost += [f"{old.ref} {one.key}" for one in old.milestones if one.key not in keys]
        corrected = any(keys[one.key].corrected is not None for one in old.milestones if one.key in keys)
        if step_of(new.milestones) < step_of(old.milestones) and not corrected:
            lost.append(f"{old.ref} step")
    return tuple(lost)
