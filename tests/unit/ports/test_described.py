"""What headers say of a body travels with its content type and comes out as it went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crossdock.ports.described import CHARS_MAX, described, media_type, said_of

VALUES = st.text(st.characters(codec="utf-8", exclude_characters="%"), max_size=80)


def test_headers_that_say_nothing_of_the_body_change_nothing() -> None:
    headers = {"authorization": "Bearer x", "content-type": "application/json", "x-shopify-hmac-sha256": "abc="}
    assert described("application/json", headers) == "application/json"


def test_topic_and_event_attributes_become_parameters() -> None:
    told = described(
        "application/json; charset=utf-8", {"x-shopify-topic": "orders/paid", "ce-id": "7", "ce-type": "a.b"}
    )
    assert told == 'application/json; charset=utf-8; ce-id="7"; ce-type="a.b"; x-shopify-topic="orders/paid"'
    assert media_type(told) == "application/json"
    assert said_of(told) == {"charset": "utf-8", "ce-id": "7", "ce-type": "a.b", "x-shopify-topic": "orders/paid"}


def test_percent_signs_of_the_http_binding_are_decoded_once() -> None:
    assert said_of(described("", {"ce-subject": "Euro%20%E2%82%AC%20%F0%9F%98%80"})) == {"ce-subject": "Euro € 😀"}


@given(st.dictionaries(st.from_regex(r"ce-[a-z0-9]{1,20}", fullmatch=True), VALUES, max_size=8))
def test_every_value_comes_out_as_it_went_in(headers: dict[str, str]) -> None:
    assert said_of(described("text/plain", headers)) == headers


@given(st.dictionaries(st.from_regex(r"ce-[a-z0-9]{1,20}", fullmatch=True), st.text(min_size=500), max_size=80))
def test_it_is_bounded_whatever_is_sent(headers: dict[str, str]) -> None:
    assert len(described("text/plain", headers)) <= CHARS_MAX + 40 * 30


@given(st.text(max_size=300))
def test_any_content_type_can_be_read(content_type: str) -> None:
    assert isinstance(said_of(content_type), dict)
