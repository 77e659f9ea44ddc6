"""The house that vouches for people and machines: who signed in there, and what a token it gave says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec


class Question(msgspec.Struct, frozen=True):
    """What ties an answer to the browser that was sent there: three values nobody else knows, and the way back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class Vouched(msgspec.Struct, frozen=True):
    """Somebody as the provider knows them. `email` is empty unless the provider says it has verified it."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()


class IdentityProvider(Protocol):
    """The authorisation code flow of OpenID Connect Core 1.0 §3.1, with PKCE (RFC 7636)."""

    async def address(self, question: Question) -> str:
        """Where to send the browser.

        Raises:
            Transient: the provider does not answer.
            Permanent: what it says of itself cannot be used.
        """

    async def redeem(self, code: str, question: Question, now: datetime) -> Vouched:
        """Who came back with this code.

        Raises:
            Rejected: the code or the token it was exchanged for is not for this question.
            Transient: the provider does not answer.
            Permanent: what it says of itself, or of us, cannot be used.
        """


class Tokens(Protocol):
    """Bearer tokens of machines (RFC 9068)."""

    async def claims(self, token: str, now: datetime) -> Mapping[str, object]:
        """What a good token says.

        Raises:
            Rejected: not signed by the issuer by an algorithm of ours, not for us, expired, or not yet good.
            Transient: the issuer's keys cannot be had.
        """
