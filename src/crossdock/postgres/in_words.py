"""What a row of the outbox leaves out as its other columns tell it, written out for who reads (decision 0016)."""

from __future__ import annotations

# A type its idempotency key begins with is not stored twice, and a row made for at once is as old as it is due.
_TYPE = "coalesce(d.type, split_part(d.idempotency_key, ':', 1))"
_CREATED = "coalesce(d.created, d.due)"
# What the others tell is not stored: most ordering keys, and whose fact the cause is (decision 0016).
_ORDER = "command_order(d.ordering_key, d.idempotency_key)"
_CAUSE = "command_cause(d.dossier, d.cause)"

# An earlier row of the same ordering key. The key's hash is what is indexed.
_EARLIER = """
select from delivery e
where hashtextextended($order_e, 0) = hashtextextended($order, 0) and e.id < d.id and e.partner = d.partner
    and $order_e = $order"""

_WORDS = {
    "$earlier": _EARLIER,
    "$type": _TYPE,
    "$created": _CREATED,
    "$order_e": _ORDER.replace("d.", "e."),
    "$order": _ORDER,
    "$cause": _CAUSE,
}


def in_words(statement: str) -> str:
    """A statement about `delivery d`, with what its rows do not say outright written out."""
    for name, expression in _WORDS.items():
        statement = statement.replace(name, expression)
    return statement
