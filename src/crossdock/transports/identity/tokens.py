"""Bearer tokens of machines (ports.identity_provider.Tokens): RFC 9068, checked without asking the issuer each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crossdock.transports.identity.issuer import Issuer


class IssuedTokens:
    """See `Tokens`: signed by this issuer, for this audience."""

    def __init__(self, issuer: Issuer, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience

    async def claims(self, token: str, now: datetime) -> Mapping[str, object]:
        """See `Tokens.claims`."""
        wanted: Mapping[str, object] = {"essential": True, "value": self._audience}
        return await self._issuer.verified(token, now, aud=wanted, sub={"essential": True})
