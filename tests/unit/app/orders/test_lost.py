"""Which claims an order's page shows as lost."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.app.orders.sheet import has_lost
from crossdock.app.queries import Fact
from crossdock.canonical.vocabulary import Disposition

AT = datetime(2026, 6, 4, 12, tzinfo=UTC)


def told(said_by: str, disposition: Disposition, reason: str = "why") -> Fact:
    return Fact(
        "1.1", "pick.completed", said_by, AT, AT, AT, disposition, "order SO-1", msgspec.Raw(b"{}"), reason=reason
    )


@pytest.mark.parametrize(
    ("fact", "lost"),
    [
        (told("wms-a", Disposition.RECORD), True),
        (told("wms-a", Disposition.REJECT), True),
        (told("crossdock", Disposition.SUPERSEDE), True),
        (told("crossdock", Disposition.RECORD), False),
        (told("wms-a", Disposition.APPLY), False),
        (told("wms-a", Disposition.RECORD, reason=""), False),
    ],
)
def test_what_the_hub_noted_of_itself_is_no_claim_that_lost(fact: Fact, lost: bool) -> None:
    assert has_lost(fact) is lost
