"""How a simulated system's messages reach the hub: a signed or keyed HTTP request, or a file in a folder."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import aiohttp
import msgspec
from standardwebhooks.webhooks import Webhook

REPLY_BYTES_MAX = 65_536
TIMEOUT_S = 20.0
UNSURE = 0


class Heard(msgspec.Struct, frozen=True):
    """What came back: an HTTP status (0 when no answer came, 202 for a file that was put down) and the body's text."""

    status: int
    text: str = ""


class Mouth(Protocol):
    """One way of saying things."""

    async def say(self, ident: str, body: bytes) -> Heard:
        """Send once. `ident` is the sender's id of the message, equal over its retries. Never raises."""


class HttpMouth:
    """Posts to the hub's intake, with a bearer key or a Standard Webhooks signature."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, api_key: str = "", secret: str = "") -> None:
        self._session = session
        self._url = url
        self._api_key = api_key
        self._signer = Webhook(secret) if secret else None

    async def say(self, ident: str, body: bytes) -> Heard:
        headers = {"Content-Type": "application/json", **self._proof(ident, body)}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as reply:
                raw = await reply.content.read(REPLY_BYTES_MAX)
                return Heard(reply.status, raw.decode("utf-8", "replace"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Heard(UNSURE, repr(error))

    def _proof(self, ident: str, body: bytes) -> dict[str, str]:
        if self._signer is None:
            return {"Authorization": f"Bearer {self._api_key}"}
        now = datetime.now(UTC)
        signature = self._signer.sign(ident, now, body.decode("utf-8", "surrogateescape"))
        return {"webhook-id": ident, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


class FolderMouth:
    """Puts files into the folder the hub picks up from: written aside, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    async def say(self, ident: str, body: bytes) -> Heard:
        self._count += 1
        digest = hashlib.sha256(body).hexdigest()[:8]
        name = f"{self._count:06d}-{ident}-{digest}.edi"
        part = self._folder / f".{name}.part"
        part.write_bytes(body)
        part.rename(self._folder / name)
        return Heard(202)
