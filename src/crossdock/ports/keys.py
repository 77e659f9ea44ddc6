"""Where API keys are kept. Only a digest is stored; the key itself is shown once, when it is made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.acts import Act
from crossdock.ports.principal import Reach


class ApiKey(msgspec.Struct, frozen=True, gc=False):
    """A stored key. `digest` is HMAC-SHA256 of the whole key under the pepper and finds the row, `prefix` is public.

    `expires` absent means until revoked. `partner` is the one partner the key may write as, empty for none; `customer`
    the one customer whose orders it may ask for in the portal's API, empty for none. `reach` is the part of the
    business that it reads and works on.
    """

    prefix: str
    digest: bytes
    partner: str
    scopes: tuple[str, ...]
    label: str
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    customer: str = ""
    reach: Reach = Reach()


class Keys(Protocol):
    """The key store."""

    async def find(self, digest: bytes) -> ApiKey | None:
        """The key of that digest, expired and revoked ones too.

        Raises:
            Transient: the store cannot be reached.
        """

    async def add(self, key: ApiKey, act: Act | None = None) -> None:
        """Keep a new key, and whose act it is where a person made it.

        Raises:
            Rejected: the prefix or the digest is taken; make another key.
        """

    async def revoke(self, prefix: str, at: datetime, act: Act | None = None) -> bool:
        """Stop a key from `at` on, and whose act that is; false when there is none or it was stopped before."""

    async def all(self) -> Sequence[ApiKey]:
        """Every key, newest first, at most 1,000."""


class KeyChanges(Protocol):
    """Told when a key is stopped anywhere, so that nobody believes what it remembers of it."""

    def changes(self) -> AsyncGenerator[str, None]:
        """One item as often as keys were stopped, and one at the start; what was known before each may be wrong.

        Raises:
            Transient: the store cannot be reached, and stopped keys are missed from now on; call again.
        """
