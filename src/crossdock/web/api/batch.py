"""A batch body (a JSON array or NDJSON) to the bytes of its items: sliced, not parsed; each is its own message."""

from __future__ import annotations

import msgspec

from crossdock.web.api.problems import Problem

ARRAY_TYPES = frozenset((b"application/json", b""))
LINE_TYPES = frozenset((b"application/x-ndjson", b"application/ndjson", b"application/jsonl"))

# More commas an item than any message of ours has: such a body is an attempt to make us hold millions of tiny values.
COMMAS_PER_ITEM = 1000

_array = msgspec.json.Decoder(list[msgspec.Raw])


def split(body: bytes, content_type: bytes, items_max: int) -> list[bytes]:
    """The items, at least one.

    Raises:
        Problem: neither form, not a JSON array, empty, or more than `items_max` items.
    """
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type in LINE_TYPES:
        items = _lines(body, items_max)
    elif media_type in ARRAY_TYPES:
        items = _elements(body, items_max)
    else:
        raise Problem("media-type-unknown", "send a batch as application/json (an array) or application/x-ndjson")
    if not items:
        raise Problem("malformed", "the batch is empty: send at least one message")
    return items


def _lines(body: bytes, items_max: int) -> list[bytes]:
    if body.count(b"\n") > 2 * items_max:
        raise _too_long(items_max)
    items = [line for line in (line.strip() for line in body.split(b"\n")) if line]
    if len(items) > items_max:
        raise _too_long(items_max)
    return items


def _elements(body: bytes, items_max: int) -> list[bytes]:
    if body.count(b",") > items_max * COMMAS_PER_ITEM:
        raise _too_long(items_max)
    try:
        items = _array.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("malformed", f"the batch is not a JSON array: {error}") from error
    except RecursionError as error:
        raise Problem("malformed", "the batch is nested too deeply: 32 levels are the most") from error
    if len(items) > items_max:
        raise _too_long(items_max)
    return [bytes(item) for item in items]


def _too_long(items_max: int) -> Problem:
    return Problem("batch-too-long", f"a batch holds at most {items_max:,} messages: send several")
