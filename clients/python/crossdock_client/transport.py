"""Bytes to and from the hub, on the standard library alone.

Every POST carries an `Idempotency-Key`, so that trying again after a lost answer, 429 or 503 does nothing twice. An
object of these is for one thread.
"""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

ATTEMPTS_MAX = 4
WAIT_MAX_S = 30.0
BODY_BYTES_MAX = 64 * 1024 * 1024
LINE_BYTES_MAX = 16 * 1024 * 1024


class Problem(Exception):
    """A refusal (RFC 9457): `type` is a path of the hub that explains it, `detail` says who must do what."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {body.get('title', '')}: {body.get('detail', '')}")
        self.status = status
        self.type = str(body.get("type", ""))
        self.detail = str(body.get("detail", ""))
        self.body = body


@dataclass(frozen=True)
class ServerEvent:
    """One event of a stream. Give `id` of the last one with an id as `last_event_id` to go on behind it."""

    id: str
    type: str
    data: dict[str, Any]


def path_of(template: str, values: Mapping[str, str]) -> str:
    """The address with its names filled in and escaped."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


class Transport:
    """Calls with one key."""

    def __init__(self, base_url: str, key: str, *, timeout_s: float) -> None:
        address = urlsplit(base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"{base_url!r} is no http(s) address")
        self._address = address
        self._key = key
        self._timeout_s = timeout_s

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any],
        body: object = None,
        idempotency_key: str | None = None,
    ) -> object:
        """One operation with JSON; the answer decoded. Raises `Problem`."""
        answer = self.raw(method, path, query=query, body=body, idempotency_key=idempotency_key)
        found: object = json.loads(answer or b"null")
        return found

    def raw(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any],
        body: object = None,
        idempotency_key: str | None = None,
    ) -> bytes:
        """One operation; the answer as it came. Raises `Problem`."""
        headers = self._headers(body)
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                status, wait_s, answer = self._once(method, target(path, query), sent, headers)
            except (OSError, http.client.HTTPException):
                if attempt == ATTEMPTS_MAX:
                    raise
                time.sleep(min(0.2 * 2**attempt, WAIT_MAX_S))
                continue
            if status in (429, 503) and attempt < ATTEMPTS_MAX:
                time.sleep(min(wait_s, WAIT_MAX_S))
                continue
            if status >= 400:
                raise Problem(status, problem_of(answer))
            return answer
        raise AssertionError("unreachable: the last attempt returns or raises")

    def stream(self, path: str, query: Mapping[str, Any], last_event_id: str = "") -> Iterator[ServerEvent]:
        """Events as they come; a stream that ends is taken up again behind its last event, for ever."""
        while True:
            for event in self._listen(path, query, last_event_id):
                last_event_id = event.id or last_event_id
                yield event
            time.sleep(1.0)

    def _listen(self, path: str, query: Mapping[str, Any], last_event_id: str) -> Iterator[ServerEvent]:
        connection = self._connection()
        headers = self._headers(None) | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        try:
            connection.request("GET", target(path, query), headers=headers)
            answer = connection.getresponse()
            if answer.status >= 400:
                raise Problem(answer.status, problem_of(answer.read(BODY_BYTES_MAX)))
            fields: dict[str, str] = {}
            while line := answer.readline(LINE_BYTES_MAX):
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                if name:
                    fields[name] = value
                elif "data" in fields:
                    yield ServerEvent(fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"]))
                    fields = {}
        finally:
            connection.close()

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, float, bytes]:
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            told = answer.getheader("Retry-After", "1")
            return answer.status, float(told) if told.isdigit() else 1.0, answer.read(BODY_BYTES_MAX)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        host = self._address.hostname
        assert host is not None
        return kind(host, self._address.port, timeout=self._timeout_s)

    def _headers(self, body: object) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json, */*"}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        return headers


def target(path: str, query: Mapping[str, Any]) -> str:
    """The path with those parameters that are given."""
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    asked = urlencode({name: value for name, value in given.items() if value is not None})
    return f"{path}?{asked}" if asked else path


def problem_of(answer: bytes) -> Mapping[str, Any]:
    """The body of a refusal, whatever it is."""
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"detail": answer[:500].decode("utf-8", "replace")}


class Calls:
    """A part of the API: its operations go over one transport. `Client` puts the parts together."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
