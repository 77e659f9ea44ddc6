"""Who is told what, how, and when not (domain.md §9.6, mission.md W-10). Durations are seconds.

[notifications]
tz = "Europe/Amsterdam"

[[notifications.rules]]
id = "delivered"
on = ["delivery.completed"]
audience = "customer"
channel = "email"
template = "delivered"
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

MINUTE, HOUR = 60, 3600
RULES_MAX = 200

Named = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]


class NoticeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of §9.6.

    Attributes:
        on: fact types that trigger it.
        once: one notice for each fact, for each shipment (`group`), or for each attempt of a shipment.
        merge_s: what follows within this time joins the first one's notice.
        after_s: it waits this long, and does not go where one of `unless` came for the same shipment by then.
        min_change_s: a promise or estimate that moved less is not told.
        quiet: only between `quiet_end` and `quiet_begin` by the recipient's clock.
    """

    id: Named
    on: tuple[str, ...]
    template: Named
    audience: Literal["customer", "consignee"] = "customer"
    channel: Literal["email", "sms", "push", "webhook"] = "email"
    once: Literal["fact", "group", "attempt"] = "fact"
    merge_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    after_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    unless: tuple[str, ...] = ()
    min_change_s: int = 0
    quiet: bool = False


DEFAULTS = (
    NoticeRule("released", ("order.released",), "released", merge_s=15 * MINUTE),
    NoticeRule("backordered", ("order.line_backordered",), "backordered", merge_s=30 * MINUTE),
    NoticeRule("promise", ("order.promise_changed",), "promise", merge_s=30 * MINUTE, min_change_s=4 * HOUR),
    NoticeRule("shipped", ("shipment.handed_over",), "shipped", once="group"),
    NoticeRule(
        "departed",
        ("shipment.departed",),
        "shipped",
        once="group",
        after_s=4 * HOUR,
        unless=("shipment.handed_over",),
    ),
    NoticeRule(
        "out_for_delivery",
        ("delivery.out_for_delivery",),
        "out_for_delivery",
        audience="consignee",
        channel="sms",
        once="attempt",
        quiet=True,
    ),
    NoticeRule(
        "failed_sms",
        ("delivery.failed", "delivery.refused"),
        "failed",
        audience="consignee",
        channel="sms",
        once="attempt",
    ),
    NoticeRule("failed", ("delivery.failed", "delivery.refused"), "failed", once="attempt"),
    NoticeRule("delayed", ("shipment.delayed",), "delayed", once="fact", min_change_s=4 * HOUR),
    NoticeRule("delivered", ("shipment.delivered",), "delivered", once="group"),
    NoticeRule(
        "returned",
        ("return.initiated", "return.declined", "return.received", "return.credited"),
        "returned",
    ),
)


class NotificationTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules, the hours people sleep, and how old news may be. `tz` is the recipient's where its country has none in
    `zones`; `late` are types that may be older."""

    rules: Annotated[tuple[NoticeRule, ...], msgspec.Meta(max_length=RULES_MAX)] = DEFAULTS
    tz: str = "UTC"
    zones: dict[str, str] = {}
    quiet_begin: str = "21:00"
    quiet_end: str = "07:00"
    notify_max_age: int = 6 * HOUR
    late: dict[str, int] = msgspec.field(default_factory=lambda: {"shipment.delivered": 48 * HOUR})
    langs: tuple[str, ...] = ("en", "de")

    def __post_init__(self) -> None:
        """Refuse zones and hours that do not exist, and rules of one name."""
        for name in (self.tz, *self.zones.values()):
            try:
                ZoneInfo(name)
            except (KeyError, ValueError, OSError) as error:
                raise ValueError(f"no time zone {name}: give an IANA name such as Europe/Amsterdam") from error
        if not time.fromisoformat(self.quiet_end) < time.fromisoformat(self.quiet_begin):
            raise ValueError("quiet_end (07:00) lies before quiet_begin (21:00): people are told between them")
        names = [rule.id for rule in self.rules]
        if len(set(names)) != len(names):
            raise ValueError("two rules have one id: give each a name of its own")
