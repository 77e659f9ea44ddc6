"""Templates to answers: everything is escaped, nothing comes from outside, and times are told in a zone with a name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jinja2
from litestar import Response

from crossdock.app.portal.news import KINDS
from crossdock.app.portal.words import STEPS
from crossdock.app.webhooks.curated import TEST
from crossdock.kernel.instant import EPOCH, Window
from crossdock.kernel.money import Money
from crossdock.ports.portal import ShownEta

HTML = "text/html; charset=utf-8"
SURE, LIKELY = Decimal("0.8"), Decimal("0.5")
STATUSES = {"open": "Open", "part_paid": "Partly paid", "paid": "Paid", "credited": "Credited"}
PHASES = {
    "": "All",
    "open": "Being prepared",
    "moving": "On the way",
    "attention": "Needs attention",
    "delivered": "Delivered",
    "cancelled": "Cancelled",
}


# What became of an event, for lists and their filters; empty for all.
STATES = {"": "All", "open": "On its way", "delivered": "Delivered", "given_up": "Given up"}
# How an address stands, in the colours of lists.
STANDINGS = {"active": "delivered", "waiting": "attention"}


def page(name: str, status: int = 200, **values: object) -> Response[str]:
    """A page of these values."""
    return Response(_house.get_template(name).render(**values), status_code=status, media_type=HTML)


def when(at: datetime | None, tz: str = "") -> str:
    """`2 Jun 2026, 09:00 (Europe/London)`; in UTC where no zone is known."""
    if at is None:
        return "time not stated"
    try:
        zone, name = (ZoneInfo(tz), tz) if tz else (ZoneInfo("UTC"), "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone, name = ZoneInfo("UTC"), "UTC"
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M} ({name.replace('_', ' ')})"


def brief(at: datetime | None, tz: str = "") -> str:
    """`2 Jun 2026, 09:00`, where the zone is told beside it."""
    return when(at, tz).partition(" (")[0]


def zone(tz: str) -> str:
    """The zone that times are told in, in words."""
    return when(EPOCH, tz).partition("(")[2].rstrip(")")


def day(at: datetime | None, tz: str = "") -> str:
    """`2 Jun 2026`."""
    return when(at, tz).partition(",")[0] if at is not None else ""


def dated(text: str) -> str:
    """A date of a document like the others on the page; as it was said where it is none."""
    try:
        at = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{at.day} {at:%b %Y}"


def window(span: Window | None, tz: str = "") -> str:
    """From when to when, as far as it is said."""
    if span is None or (span.earliest is None and span.latest is None):
        return ""
    if span.earliest is None:
        return f"by {when(span.latest, tz)}"
    if span.latest is None:
        return f"from {when(span.earliest, tz)}"
    return f"{brief(span.earliest, tz)} to {when(span.latest, tz)}"


def amount(value: Decimal) -> str:
    """A quantity without needless zeros."""
    return f"{value.normalize():f}"


def money(value: Money) -> str:
    """`EUR 1,234.50`."""
    return f"{value.currency} {value.amount:,.2f}"


def confidence(eta: ShownEta) -> str:
    """How sure an estimate is, in a word."""
    if eta.confidence is None:
        return "not stated"
    return "high" if eta.confidence >= SURE else "medium" if eta.confidence >= LIKELY else "low"


def note(text: str, tz: str = "") -> str:
    """A milestone's note; a window of two instants is told in words."""
    ends = text.split("/")
    try:
        told = [when(datetime.fromisoformat(one), tz) for one in ends]
    except ValueError:
        return text
    return " to ".join(told)


def kind(name: str) -> str:
    """What happened, in words; a test and a family by their name."""
    return KINDS.get(name, "A test" if name == TEST else name)


def about(subject: str) -> str:
    """`order/SO-1` as `Order SO-1`; nothing where it is about the address itself."""
    what, _, name = subject.partition("/")
    return f"Order {name}" if what == "order" else ""


def standing(state: str) -> str:
    """The colour of a state of an address."""
    return STANDINGS.get(state, "")


_house = jinja2.Environment(
    loader=jinja2.PackageLoader("crossdock.web.portal"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_FILTERS = (when, brief, zone, day, dated, window, amount, money, confidence, note, kind, about, standing)
_house.filters.update({one.__name__: one for one in _FILTERS})
_house.filters["paid"] = STATUSES.get
_house.globals.update(STEPS=STEPS[1:], PHASES=PHASES, STATES=STATES)
