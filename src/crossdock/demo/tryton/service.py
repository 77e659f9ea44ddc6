"""Tryton's REST interface as the demo's own people use it: the clerk who sells, the auditor who reads the books."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import aiohttp
import msgspec

from crossdock.demo.books import Json

TIMEOUT = aiohttp.ClientTimeout(total=20)
COMPANY = base64.urlsafe_b64encode(b'{"company":1}').decode("ascii")
REPLY_CHARS = 300


class TrytonError(Exception):
    """Tryton did not do what one of its own users asked."""


class Service:
    """Calls in the name of one user. `url` is where the models begin."""

    def __init__(self, session: aiohttp.ClientSession, url: str, key: str) -> None:
        self._session = session
        self._url = url
        self._headers = {
            "Authorization": f"Bearer {key}", "X-Tryton-Context": COMPANY, "Content-Type": "application/json"
        }  # fmt: skip

    async def find(self, model: str, condition: Sequence[object], *fields: str) -> list[Json]:
        """All records that fit, with these fields."""
        return msgspec.json.decode(await self.find_raw(model, condition, fields), type=list[Json])

    async def find_raw(self, model: str, condition: Sequence[object], fields: Sequence[str]) -> bytes:
        """The same, as Tryton wrote it."""
        packed = base64.urlsafe_b64encode(msgspec.json.encode(condition)).decode("ascii")
        wanted = "".join(f"&f={name}" for name in fields)
        return await self._call("GET", f"{model}?d={packed}{wanted}")

    async def create(self, model: str, values: Json) -> int:
        """Make a record; answers its id."""
        made = msgspec.json.decode(await self._call("POST", model, values), type=Json)
        return int(str(made["id"]))

    async def press(self, model: str, number: int, button: str) -> None:
        """Press a button."""
        await self._call("POST", f"{model}/{number}/{button}", {})

    async def is_up(self) -> bool:
        """Whether it answers."""
        try:
            await self.find("currency.currency", [], "code")
        except (TrytonError, aiohttp.ClientError, TimeoutError, OSError):
            return False
        return True

    async def _call(self, method: str, path: str, values: Json | None = None) -> bytes:
        body = None if values is None else msgspec.json.encode(values)
        url = f"{self._url}/{path}"
        async with self._session.request(method, url, data=body, headers=self._headers, timeout=TIMEOUT) as reply:
            raw = await reply.read()
        if reply.status >= 400:
            raise TrytonError(f"{method} {path}: HTTP {reply.status} {raw[:REPLY_CHARS]!r}")
        return raw
