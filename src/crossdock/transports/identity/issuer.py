"""One issuer: its discovery document (OpenID Connect Discovery 1.0) and its keys, both fetched rarely and kept.

Keys are fetched again when a token names one we do not have, at most once a minute: a stranger who sends made-up key
ids cannot make us call.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.transports.http import AiohttpTransport, HttpConfig

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_S = 30
TOKEN_CHARS_MAX = 16_384
BODY_BYTES_MAX = 256 * 1024
TIMEOUT_S = 5.0
KEPT = timedelta(hours=1)
KEYS_AGAIN = timedelta(minutes=1)
DISCOVERY = "/.well-known/openid-configuration"


class Discovered(msgspec.Struct, frozen=True):
    """What we use of the discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""


class _Head(msgspec.Struct, frozen=True):
    kid: str = ""


class Issuer:
    """See the module. `private_network` lets it stand in a network of ours, and there without TLS."""

    def __init__(self, url: str, *, private_network: bool = False) -> None:
        self.url = url.rstrip("/")
        self._private = private_network
        self._lock = asyncio.Lock()
        self._document: tuple[Discovered, datetime] | None = None
        self._keys: tuple[KeySet, frozenset[str], datetime] | None = None

    async def document(self, now: datetime) -> Discovered:
        """What the issuer says of itself.

        Raises:
            Transient: it does not answer.
            Permanent: it answers for another issuer, or with addresses we may not call.
        """
        async with self._lock:
            if self._document is None or self._document[1] + KEPT <= now:
                found = self._read(await self.get(self.url + DISCOVERY), Discovered)
                if found.issuer.rstrip("/") != self.url:
                    raise Permanent(f"{self.url} says it is {found.issuer}: correct the issuer in the settings")
                self._document = (found, now)
            return self._document[0]

    async def verified(self, token: str, now: datetime, **claims: Mapping[str, object]) -> Mapping[str, object]:
        """The claims of a token signed by this issuer, in force at `now`, with these claims as given.

        Raises:
            Rejected: it is not.
            Transient: the issuer does not answer.
        """
        if len(token) > TOKEN_CHARS_MAX:
            raise Rejected(f"the token is longer than {TOKEN_CHARS_MAX} characters: ask for one with fewer claims")
        keys = await self._keys_for(_kid(token), now)
        options = {"iss": {"essential": True, "value": (await self.document(now)).issuer}, "exp": {"essential": True}}
        registry = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY_S, **options, **claims)  # type: ignore[arg-type]
        try:
            read = jwt.decode(token, keys, algorithms=ALGORITHMS)
            registry.validate(read.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Rejected(f"the token is not good: {error}; get a new one from {self.url}") from error
        return read.claims

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of a successful answer."""
        return await self._call("GET", url, {"Accept": "application/json", **(headers or {})}, b"")

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """The body of a successful answer to a form."""
        form = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return await self._call("POST", url, {**form, **headers}, body)

    async def _keys_for(self, kid: str, now: datetime) -> KeySet:
        address = (await self.document(now)).jwks_uri
        async with self._lock:
            kept = self._keys
            stale = kept is None or kept[2] + KEPT <= now or (kid not in kept[1] and kept[2] + KEYS_AGAIN <= now)
            if kept is None or stale:
                kept = (*self._key_set(await self.get(address)), now)
                self._keys = kept
        return kept[0]

    def _key_set(self, body: bytes) -> tuple[KeySet, frozenset[str]]:
        try:
            keys = KeySet.import_key_set(msgspec.json.decode(body))
        except (JoseError, msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
            raise Transient(f"the keys of {self.url} cannot be read: {error}; they are fetched again") from error
        return keys, frozenset(key.kid for key in keys.keys if key.kid)

    async def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
        if not url.startswith("https://") and not (self._private and url.startswith("http://")):
            raise Permanent(f"{url} is not called without TLS: correct the issuer, or set private_network")
        config = HttpConfig(url, body_max_bytes=BODY_BYTES_MAX, private_network=self._private, connections_max=1)
        try:
            async with AiohttpTransport(config) as http:
                reply = await http.request(method, "", headers=headers, body=body, timeout_s=TIMEOUT_S)
        except TimeoutError as error:
            raise Transient(f"{self.url} did not answer in time; try again") from error
        if reply.status >= 500:
            raise Transient(f"{self.url} failed with {reply.status}; try again")
        if reply.status >= 400 and method == "POST":
            raise Rejected(f"{self.url} refused the code: {reply.body[:200].decode('utf-8', 'replace')}; sign in again")
        if reply.status != 200:
            raise Permanent(f"{url} answered {reply.status}: correct the issuer in the settings")
        return reply.body

    def _read(self, body: bytes, kind: type[Discovered]) -> Discovered:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.MsgspecError as error:
            raise Permanent(f"{self.url} has no discovery document we can read: {error}; correct the issuer") from error


def _kid(token: str) -> str:
    """The key the token names, unproven; empty where it names none."""
    head = token.partition(".")[0]
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)), type=_Head).kid
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return ""
