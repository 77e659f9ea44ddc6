"""What a kept fact is called where it is listed."""

from __future__ import annotations

import pytest

from crossdock.app.mailroom import title_of
from crossdock.testing.samples import sample


def test_a_kept_fact_is_named_by_what_it_says_of_what() -> None:
    title = title_of(sample("order.approved"))
    assert title is not None
    assert (title.type, title.subject.type) == ("order.approved", "order")
    assert title.subject.id.encode() in sample("order.approved")


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"type":"order.approved"}', b'{"type":1,"subject":{}}'])
def test_bytes_that_are_no_fact_have_no_name(body: bytes) -> None:
    assert title_of(body) is None
