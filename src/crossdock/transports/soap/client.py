"""Calls on a partner's SOAP service, carried by our own HTTP.

So a SOAP partner is held to the same bounds as any other: private addresses, time limits, what is known after a
failure.
"""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from crossdock.kernel.errors import Rejected, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.json_calls import retry_after_s
from crossdock.ports.transport import HttpReply, HttpTransport, SoapAnswer
from crossdock.transports.soap.service import Answer, Letter, Service
from crossdock.transports.soap.settings import SoapSettings

TRY_AGAIN = frozenset((408, 425, 429, 503))
OK_FIRST, OK_LAST = 200, 299
CLIENT_FIRST, CLIENT_LAST = 400, 499
# Fault codes by which a service says that the fault is its own: the same call may work later.
THEIRS = ("server", "receiver")
# MessageIDs are made of idempotency keys below this name (RFC 9562 §5.5), so that a repetition has the same.
KEYS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:crossdock:soap:1")


class SoapCaller:
    """ports.transport.SoapTransport for one partner; `http` leads exactly to the service's address."""

    def __init__(
        self, wsdl: Path, settings: SoapSettings, http: HttpTransport, timeout_s: float, password: Secret | None = None
    ) -> None:
        self._wsdl = wsdl
        self._settings = settings
        self._http = http
        self._timeout_s = timeout_s
        self._password = password
        self._opening = asyncio.Lock()
        self._service: Service | None = None

    async def submit(self, document: bytes, *, key: str, traceparent: str = "") -> SoapAnswer:
        """See `SoapTransport.submit`."""
        service = await self._opened()
        message_id = uuid.uuid5(KEYS, key).urn
        letter = await asyncio.to_thread(service.write, document, key, message_id, self._password)
        trace = {"traceparent": traceparent} if traceparent else {}
        reply = await self._http.request(
            "POST", "", headers={**letter.headers, **trace}, body=letter.body, timeout_s=self._timeout_s
        )
        return await asyncio.to_thread(self._judge, service, letter, reply)

    async def _opened(self) -> Service:
        async with self._opening:
            if self._service is None:
                self._service = await asyncio.to_thread(Service, self._wsdl, self._settings)
            return self._service

    def _judge(self, service: Service, letter: Letter, reply: HttpReply) -> SoapAnswer:
        name = letter.operation
        if reply.status in TRY_AGAIN:
            raise Transient(
                f"the service answered {reply.status} to {name}", retry_after_s=retry_after_s(reply.headers)
            )
        # Some servers send an empty envelope where the WSDL promises nothing (WS-I Basic Profile 1.1, R2750).
        silent = OK_FIRST <= reply.status <= OK_LAST and service.is_one_way(name)
        try:
            answer = None if silent and not reply.body else service.read(reply.body, name)
        except ValueError as error:
            if CLIENT_FIRST <= reply.status <= CLIENT_LAST:
                raise Rejected(f"the service answered {reply.status} to {name}, and no fault") from error
            # It got the call, and what it says of it cannot be read: nobody knows what it did.
            raise TimeoutError(f"{name} was answered with {reply.status} and {error}; it may have been done") from error
        if answer is not None and answer.fault:
            raise _told(name, answer)
        if answer is None or silent:
            return SoapAnswer(text=f"{name} was taken ({reply.status}), as the WSDL says without an answer")
        return self._taken(name, answer)

    def _taken(self, name: str, answer: Answer) -> SoapAnswer:
        settings = self._settings
        status = answer.values.get(settings.status_in, "")
        if settings.status_in and status not in settings.status_ok:
            raise Rejected(f"{name} was answered with {settings.status_in} {status or 'empty'}: {answer.content}")
        return SoapAnswer(answer.values.get(settings.reference_in, ""), f"{name} was answered: {answer.content}")


def _told(name: str, answer: Answer) -> Rejected | Transient:
    """Codes may be made finer by dots (`Client.Authentication`); one that is nobody's standard is a refusal."""
    text = f"the service refused {name} ({answer.fault}): {answer.reason}"
    if answer.fault.lower().startswith(THEIRS):
        return Transient(text)
    return Rejected(f"{text}. It said: {answer.content}", where=name)
