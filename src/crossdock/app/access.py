"""API keys: made from handed-in randomness, kept as a digest, checked without a database (dependencies.md, "API keys").

A key reads `cdk_<prefix>_<secret>`: people may see the prefix, the digest of the whole text finds the row.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.keys import ApiKey
from crossdock.ports.principal import Reach

MARK = "cdk"
PREFIX_BYTES = 5
SECRET_BYTES = 20
KEY_BYTES = PREFIX_BYTES + SECRET_BYTES
KEY_CHARS = len(MARK) + 1 + 8 + 1 + 32


class Scope(StrEnum):
    """What a key may do. A key that writes facts writes as its own partner only."""

    FACTS_WRITE = "facts:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    SHIPMENTS_READ = "shipments:read"
    SHIPMENTS_WRITE = "shipments:write"
    INVENTORY_READ = "inventory:read"
    INVENTORY_WRITE = "inventory:write"
    CUSTOMS_WRITE = "customs:write"
    FINANCE_READ = "finance:read"
    FINANCE_WRITE = "finance:write"
    RETURNS_WRITE = "returns:write"
    MASTER_WRITE = "master:write"
    EVENTS_READ = "events:read"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    OPERATIONS_READ = "operations:read"
    OPERATIONS_WRITE = "operations:write"
    PERSONAL_READ = "personal:read"
    PORTAL_READ = "portal:read"
    PORTAL_WRITE = "portal:write"


# What a customer's machine may; never together with anything else but `personal:read`.
PORTAL = frozenset({Scope.PORTAL_READ, Scope.PORTAL_WRITE})


# What lets a key say facts, as its partner.
SAYING = frozenset(
    {
        Scope.FACTS_WRITE,
        Scope.ORDERS_WRITE,
        Scope.SHIPMENTS_WRITE,
        Scope.INVENTORY_WRITE,
        Scope.CUSTOMS_WRITE,
        Scope.FINANCE_WRITE,
        Scope.RETURNS_WRITE,
        Scope.MASTER_WRITE,
    }
)


class KeyState(StrEnum):
    """The result of a check."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


def make_key(
    random: bytes,
    pepper: Secret,
    *,
    partner: str,
    scopes: tuple[Scope, ...],
    label: str,
    created: datetime,
    expires: datetime | None = None,
) -> tuple[Secret, ApiKey]:
    """A new key: the text to show once, and the row to keep.

    Args:
        random: at least 25 bytes from the system's source of chance.

    Raises:
        Rejected: too little randomness, no scope, or an expiry that has passed.
    """
    if len(random) < KEY_BYTES:
        raise Rejected(f"a key needs {KEY_BYTES} random bytes, {len(random)} were given")
    if not scopes:
        raise Rejected("a key without a scope can do nothing: name at least one scope")
    if expires is not None and expires <= created:
        raise Rejected("the key would expire before it is made: give a later expiry")
    prefix = _base32(random[:PREFIX_BYTES])
    text = f"{MARK}_{prefix}_{_base32(random[PREFIX_BYTES:KEY_BYTES])}"
    row = ApiKey(prefix, digest(text, pepper), partner, tuple(scopes), label, created, expires)
    return Secret(text), row


def for_customer(key: ApiKey, customer: str) -> ApiKey:
    """The key as this customer's, or as nobody's.

    Raises:
        Rejected: a customer's key that may more than the portal, or one for the portal that is nobody's.
    """
    scopes = set(key.scopes)
    if bool(customer) != bool(scopes & PORTAL) or (
        customer and (key.partner or scopes - PORTAL - {Scope.PERSONAL_READ})
    ):
        raise Rejected("a key for the portal names one customer, no partner, and scopes of the portal only")
    return msgspec.structs.replace(key, customer=customer)


def within(key: ApiKey, reach: Reach) -> ApiKey:
    """The key as one that reaches part of the business.

    Facts are taken as a partner's own, whatever they are about: who says them is all that can be limited of them.

    Raises:
        Rejected: a key that says facts beyond what it reaches, or a customer's, which reaches its orders anyway.
    """
    if reach.is_all:
        return key
    if key.customer:
        raise Rejected("a customer's key reaches that customer's own orders and nothing else: it has no other reach")
    check_reach(reach, key.scopes, key.partner, "a key")
    return msgspec.structs.replace(key, reach=reach)


def check_reach(reach: Reach, scopes: Collection[str], partner: str, what: str) -> None:
    """Whether something with these scopes, `a key` or `a token` of this partner, can be held to this reach.

    Raises:
        Rejected: it says facts, and reaches less than whoever says them.
    """
    if SAYING.isdisjoint(scopes) or reach.is_all:
        return
    if reach.sites or reach.units or reach.customers:
        raise Rejected(f"{what} that says facts can be limited to partners only: make another one for reading")
    if partner not in reach.partners:
        raise Rejected(f"{what} that says facts as a partner must reach that partner")


def prefix_of(text: str) -> str:
    """The public part of a key, empty when the text is not shaped like one."""
    parts = text.split("_")
    if len(text) != KEY_CHARS or len(parts) != 3 or parts[0] != MARK:
        return ""
    return parts[1]


def digest(text: str, pepper: Secret) -> bytes:
    """HMAC-SHA256 of the whole key; a stolen table is useless without the pepper."""
    return hmac.new(pepper.reveal().encode(), text.encode(), hashlib.sha256).digest()


def check(key: ApiKey, now: datetime) -> KeyState:
    """Whether a key that was found by its digest is still good at `now`."""
    if key.revoked is not None and key.revoked <= now:
        return KeyState.REVOKED
    if key.expires is not None and key.expires <= now:
        return KeyState.EXPIRED
    return KeyState.GOOD


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
