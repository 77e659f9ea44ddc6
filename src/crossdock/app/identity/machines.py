"""Machines that bring a token of an issuer instead of an API key: what it lets them do, and as whom they write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.access import Scope
from crossdock.kernel.errors import Rejected
from crossdock.ports.identity_provider import Tokens

OWNER_CHARS_MAX = 120


class Machine(msgspec.Struct, frozen=True):
    """Who called by a token: `owner` is its client, `partner` whom it writes as, `until` when the token ends."""

    owner: str
    partner: str
    scopes: frozenset[str]
    until_s: float


@dataclass(frozen=True, slots=True)
class MachineDoor:
    """See the module. `partner_claim` is the claim that names the partner."""

    tokens: Tokens
    partner_claim: str

    async def machine(self, token: str, now: datetime) -> Machine:
        """Who that is.

        Raises:
            Rejected: the token is not good, or names no scope of ours.
            Transient: the issuer's keys cannot be had.
        """
        claims = await self.tokens.claims(token, now)
        scopes = frozenset(scopes_of(claims)) & frozenset(Scope)
        if not scopes:
            raise Rejected(f"the token has no scope of ours: ask its issuer for one of {', '.join(Scope)}")
        client = claims.get("client_id") or claims.get("azp") or claims["sub"]
        expires = claims["exp"]
        assert isinstance(expires, int | float), "a checked token says when it ends"
        partner = str(claims.get(self.partner_claim) or "")
        return Machine(f"token:{client}"[:OWNER_CHARS_MAX], partner, scopes, float(expires))


def scopes_of(claims: Mapping[str, object]) -> list[str]:
    """The scopes a token names: a list, or one text with spaces between (RFC 9068 §2.2.3)."""
    named = claims.get("scope", claims.get("scp", ""))
    return [str(one) for one in named] if isinstance(named, list) else str(named).split()
