"""Signing in at an identity provider (ports.identity_provider): authorisation code with PKCE, S256 only.

OpenID Connect Core 1.0 §3.1.2 and §3.1.3; RFC 7636; RFC 6749 §2.3.1 for the client's own secret.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.clock import Clock
from crossdock.ports.identity_provider import Question, Vouched
from crossdock.transports.identity.issuer import Issuer

CODE_CHARS_MAX = 2_048
GROUPS_MAX = 200


class Client(msgspec.Struct, frozen=True):
    """What we are to the provider. `secret` is empty for a public client, which PKCE alone protects."""

    id: str
    secret: Secret
    scopes: tuple[str, ...]
    groups_claim: str


class _Answer(msgspec.Struct, frozen=True):
    id_token: str = ""
    access_token: str = ""


class OidcLogin:
    """See `IdentityProvider`."""

    def __init__(self, issuer: Issuer, client: Client, clock: Clock) -> None:
        self._issuer = issuer
        self._client = client
        self._clock = clock

    async def address(self, question: Question) -> str:
        """See `IdentityProvider.address`."""
        document = await self._issuer.document(self._clock.now())
        address: str = prepare_grant_uri(
            document.authorization_endpoint,
            client_id=self._client.id,
            response_type="code",
            redirect_uri=question.redirect_uri,
            scope=" ".join(self._client.scopes),
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
        )
        return address

    async def redeem(self, code: str, question: Question, now: datetime) -> Vouched:
        """See `IdentityProvider.redeem`."""
        if not code or len(code) > CODE_CHARS_MAX:
            raise Rejected("the provider sent no code: sign in again")
        document = await self._issuer.document(now)
        form = {"code": code, "code_verifier": question.verifier, "client_id": self._client.id}
        body: str = prepare_token_request("authorization_code", redirect_uri=question.redirect_uri, **form)
        answered = await self._issuer.post(document.token_endpoint, self._credential(), body.encode())
        try:
            answer = msgspec.json.decode(answered, type=_Answer)
        except msgspec.MsgspecError as error:
            raise Permanent(f"{self._issuer.url} gave no tokens we can read: {error}") from error
        claims = await self._claims(answer.id_token, question, now)
        if "email" not in claims and document.userinfo_endpoint and answer.access_token:
            claims = {**await self._more(document.userinfo_endpoint, answer.access_token, claims), **claims}
        return vouched(claims, self._client.groups_claim)

    async def _more(self, address: str, token: str, claims: Mapping[str, object]) -> Mapping[str, object]:
        """What the provider tells only when asked (OpenID Connect Core 1.0 §5.3), about the same subject."""
        body = await self._issuer.get(address, {"Authorization": f"Bearer {token}"})
        try:
            told = msgspec.json.decode(body, type=dict[str, object])
        except msgspec.MsgspecError as error:
            raise Permanent(f"{self._issuer.url} tells nothing we can read of who signed in: {error}") from error
        if told.get("sub") != claims["sub"]:
            raise Rejected("the provider told of somebody else: sign in again")
        return told

    async def _claims(self, token: str, question: Question, now: datetime) -> Mapping[str, object]:
        wanted = {"aud": self._client.id, "nonce": question.nonce}
        options: dict[str, Mapping[str, object]] = {
            name: {"essential": True, "value": value} for name, value in wanted.items()
        }
        claims = await self._issuer.verified(token, now, sub={"essential": True}, **options)
        audience = claims.get("aud")
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client.id:
            raise Rejected("the token was made for somebody else as well: sign in again")
        return claims

    def _credential(self) -> dict[str, str]:
        if not self._client.secret.reveal():
            return {}
        pair = f"{quote(self._client.id, safe='')}:{quote(self._client.secret.reveal(), safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def vouched(claims: Mapping[str, object], groups_claim: str) -> Vouched:
    """The claims we use. An address counts only when the provider says that it has verified it."""
    groups = claims.get(groups_claim, ())
    named = tuple(str(one) for one in groups)[:GROUPS_MAX] if isinstance(groups, list | tuple) else ()
    is_proven = claims.get("email_verified") is True
    return Vouched(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")) if is_proven else "",
        name=str(claims.get("name", "")),
        groups=named,
    )
