"""How a page says no: in words for the person who reads it, with the status a program needs."""

from __future__ import annotations

import msgspec
from litestar.exceptions import HTTPException, NotFoundException

from crossdock.kernel.errors import Overloaded, Rejected, Transient
from crossdock.web.people.guards import Forged, NotAllowed


class NoSuchPage(Exception):
    """There is nothing at this address, or nothing the reader may see."""


class Failure(msgspec.Struct, frozen=True):
    """What the error page says."""

    status: int
    title: str
    detail: str
    remedy: str


def failure_of(error: Exception) -> Failure:
    """The page an error is shown as; what is ours says nothing about our insides."""
    match error:
        case NoSuchPage() | NotFoundException():
            return Failure(
                404, "Nothing here", "There is nothing at this address.", "Check the number, or search for it."
            )
        case NotAllowed():
            return Failure(403, "Not yours to see or do", str(error), "Ask an administrator for the right it names.")
        case Forged():
            return Failure(
                403,
                "This form is not of this session",
                "Nothing was done. The page was open while its session ended, or it was not one of ours.",
                "Load the page again and repeat what you did.",
            )
        case Rejected():
            return Failure(400, "That cannot be done", error.detail, "Go back, mend it as said, and try again.")
        case Overloaded() | Transient():
            return Failure(503, "Not just now", error.detail, "Nothing was done. Try again in a moment.")
        case HTTPException() if error.status_code < 500:
            return Failure(error.status_code, "That cannot be read", error.detail, "Go back and try again.")
        case _:
            return Failure(
                500,
                "We failed",
                "An unexpected failure; it is in our log under this page's trace.",
                "Nothing for you to mend. Try again, and tell your administrator if it stays.",
            )
