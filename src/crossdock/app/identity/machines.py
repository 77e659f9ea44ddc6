"""Machines that bring a token of an issuer instead of an API key: what it lets them do, and as whom they write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.access import Scope, check_reach
from crossdock.kernel.errors import Rejected
from crossdock.ports.identity_provider import Tokens
from crossdock.ports.principal import DIMENSIONS, Reach

OWNER_CHARS_MAX = 120
PARTNER_CHARS_MAX = 128


class Machine(msgspec.Struct, frozen=True):
    """Who called by a token: `owner` is its client, `partner` whom it writes as, `until` when it ends."""

    owner: str
    partner: str
    scopes: frozenset[str]
    until_s: float
    reach: Reach = Reach()


@dataclass(frozen=True, slots=True)
class MachineDoor:
    """See the module. `partner_claim` is the claim that names the partner, `reach_claim` the one that narrows."""

    tokens: Tokens
    partner_claim: str
    reach_claim: str

    async def machine(self, token: str, now: datetime) -> Machine:
        """Who that is.

        Raises:
            Rejected: the token is not good, names no scope of ours, or has a claim of ours that cannot be read.
            Transient: the issuer's keys cannot be had.
        """
        claims = await self.tokens.claims(token, now)
        scopes = frozenset(scopes_of(claims)) & frozenset(Scope)
        if not scopes:
            raise Rejected(f"the token has no scope of ours: ask its issuer for one of {', '.join(Scope)}")
        client = claims.get("client_id") or claims.get("azp") or claims["sub"]
        expires = claims["exp"]
        assert isinstance(expires, int | float), "a checked token says when it ends"
        partner = self._partner(claims)
        reach = self._reach(claims)
        check_reach(reach, scopes, partner, "a token")
        return Machine(f"token:{client}"[:OWNER_CHARS_MAX], partner, scopes, float(expires), reach)

    def _partner(self, claims: Mapping[str, object]) -> str:
        partner = claims.get(self.partner_claim) or ""
        if not isinstance(partner, str) or len(partner) > PARTNER_CHARS_MAX:
            raise Rejected(
                f"the claim {self.partner_claim} is not the id of a partner: ask the token's issuer to mend it"
            )
        return partner

    def _reach(self, claims: Mapping[str, object]) -> Reach:
        """What the token reaches; everything where it does not say. A claim that is there and names nothing is no
        claim to everything: an issuer that had nothing to fill in says so too."""
        if self.reach_claim not in claims:
            return Reach()
        try:
            reach = msgspec.convert(claims[self.reach_claim], Reach)
        except msgspec.ValidationError as error:
            told = f"the claim {self.reach_claim} cannot be read ({error}): its lists are {', '.join(DIMENSIONS)}"
            raise Rejected(f"{told}; ask the token's issuer to mend it") from error
        if reach.is_all:
            raise Rejected(
                f"the claim {self.reach_claim} names nothing: leave it out for a token that reaches everything"
            )
        return reach


def scopes_of(claims: Mapping[str, object]) -> list[str]:
    """The scopes a token names: a list, or one text with spaces between (RFC 9068 §2.2.3)."""
    named = claims.get("scope", claims.get("scp", ""))
    return [str(one) for one in named] if isinstance(named, list) else str(named).split()
