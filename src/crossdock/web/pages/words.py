"""How values read on a page: instants, ages, money, counts. All pure; `now` is handed in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def instant(at: datetime | None, form: str = "%d %b %H:%M") -> Markup:
    """An instant in UTC, machine-readable underneath, to the second on hovering; a dash where there is none."""
    if at is None:
        return Markup('<span class="none">–</span>')
    exact = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        exact, at.strftime("%A %d %B %Y %H:%M:%S UTC"), at.strftime(form)
    )


def span(seconds: float) -> str:
    """A length of time in its two leading units: `3 d 4 h`, `12 min`, `40 s`."""
    whole = int(abs(seconds))
    days, rest = divmod(whole, DAY_S)
    hours, rest = divmod(rest, HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    if days:
        return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    return f"{minutes} min" if minutes else f"{left} s"


def relative(at: datetime | None, now: datetime) -> Markup:
    """How long ago, or how soon; the exact instant underneath."""
    if at is None:
        return Markup('<span class="none">–</span>')
    seconds = (now - at).total_seconds()
    words = f"{span(seconds)} ago" if seconds >= 0 else f"in {span(seconds)}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.strftime("%A %d %B %Y %H:%M:%S UTC"), words
    )


def count(number: int | Decimal | None) -> str:
    """A whole number with thin spaces between thousands."""
    return "–" if number is None else f"{int(number):,}".replace(",", "\u202f")


def money(amount: Decimal | None, currency: str = "") -> str:
    """An amount to the cent with its currency behind it; a dash where there is none."""
    if amount is None:
        return "–"
    text = f"{amount:,.2f}".replace(",", "\u202f")
    return f"{text} {currency}".rstrip()


def decimal(value: Decimal | float | None, places: int = 1) -> str:
    """A figure rounded for reading; a dash where there is none."""
    return "–" if value is None else f"{value:,.{places}f}".replace(",", "\u202f")


def size(octets: int) -> str:
    """Bytes as people say them."""
    if octets < 1024:
        return f"{octets} B"
    return f"{octets / 1024:.1f} kB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"
