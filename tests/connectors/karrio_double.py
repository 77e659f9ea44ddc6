"""A Karrio gateway in memory, as a server: labels by reference, newest first, and what it refuses.

Shapes are those of Karrio server 2026.1.32 (seen on 2026-11-21); `tests/interop/test_karrio.py` runs against the real
one.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.connectors.erp_server import Trouble

KEY = "key_1"
# What JSON is, as a test looks at it.
Json = dict[str, Any]


class Karrio:
    """The server's handler and its shipments."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.shipments: list[Json] = []

    async def handle(self, request: web.Request) -> web.Response:
        """One call of the API."""
        if request.headers.get("Authorization") != f"Token {KEY}":
            return _no(401, "authentication_failed", "Invalid token.")
        if request.method == "GET":
            return web.json_response(self._listed(dict(request.query), str(request.rel_url)))
        said = json.loads(await request.read())
        return await self.trouble.through(request, lambda: self._done(request.path.strip("/").split("/"), said))

    def label(self, **more: object) -> Json:
        """A label that is there, made one second after the one before."""
        number = len(self.shipments) + 1
        made: Json = {
            "id": f"shp_{number}", "object_type": "shipment", "status": "created", "reference": f"T-{number}",
            "tracking_number": f"NV{number}", "created_at": f"2026-06-01 09:00:{number:02}.480958+00:00",
            "metadata": {}, **more,
        }  # fmt: skip
        self.shipments.append(made)
        return made

    def _listed(self, query: Json, url: str) -> Json:
        found = [one for one in self.shipments if query.get("reference", one["reference"]) == one["reference"]]
        after = query.get("created_after", "").replace("T", " ")
        found = [one for one in reversed(found) if one["created_at"] > after]
        start, end = int(query.get("offset", 0)), int(query.get("offset", 0)) + int(query["limit"])
        return {"count": len(found), "next": url if end < len(found) else None, "results": found[start:end]}

    def _done(self, parts: list[str], said: Json) -> web.Response:
        if parts[-1] == "cancel":
            one = next(one for one in self.shipments if one["id"] == parts[2])
            one["status"] = "cancelled"
            return web.json_response(one)
        if said["service"] != "standard":
            return _no(400, "service_unavailable", "The service you selected is not available for this shipment.")
        return web.json_response(
            self.label(**{name: said[name] for name in ("reference", "metadata")}, said=said), status=201
        )


def _no(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"errors": [{"code": code, "level": "error", "message": message}]}, status=status)
