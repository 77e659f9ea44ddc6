"""Calls on a partner's SOAP service: zeep writes and reads the envelopes, our own HTTP carries them.

So a SOAP partner is held to the same bounds as any other: private addresses, time limits, what is known after a
failure. The WSDL and what it imports lie in the project's folder and nothing is ever fetched; the one door to zeep.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import zeep
from lxml import etree
from requests import Response
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault
from zeep.helpers import serialize_object
from zeep.transports import Transport

from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.ports.transport import HttpReply, HttpTransport

SERVER_FIRST = 500
TRY_AGAIN = frozenset((408, 425, 429, 502, 503, 504))
# Fault codes by which a service says that the fault is its own: the same call may work later.
THEIRS = ("server", "receiver")


class LocalFiles(Transport):
    """Reads a WSDL and its imports from one folder, and refuses everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Raises: Permanent: not a file of the folder."""
        path = Path(url.removeprefix("file://"))
        path = (path if path.is_absolute() else self._folder / path).resolve()
        if "://" in url.removeprefix("file://") or not path.is_relative_to(self._folder):
            raise Permanent(
                f"the WSDL wants {url}, which is not fetched: put it into {self._folder} and import it there"
            )
        try:
            return path.read_bytes()
        except OSError as error:
            raise Permanent(f"{path} cannot be read: put the partner's WSDL and all it imports there") from error


class ZeepTransport:
    """ports.transport.SoapTransport for one partner; `http` leads exactly to the service's address.

    Reading a WSDL takes a second, so it is done once, at the first call.
    """

    def __init__(self, wsdl: Path, http: HttpTransport, timeout_s: float) -> None:
        self._wsdl = wsdl
        self._http = http
        self._timeout_s = timeout_s
        self._opening = asyncio.Lock()
        self._client: zeep.Client | None = None

    async def call(self, operation: str, values: Mapping[str, object]) -> Mapping[str, object]:
        """See `SoapTransport.call`."""
        client = await self._opened()
        headers, body = await asyncio.to_thread(_written, client, operation, values)
        reply = await self._http.request("POST", "", headers=headers, body=body, timeout_s=self._timeout_s)
        if reply.status in TRY_AGAIN:
            raise Transient(f"the service answered {reply.status} to {operation}")
        return await asyncio.to_thread(_read, client, operation, reply)

    async def _opened(self) -> zeep.Client:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(_open, self._wsdl)
            return self._client


def _open(wsdl: Path) -> zeep.Client:
    settings = zeep.Settings(
        strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False
    )
    try:
        return zeep.Client(str(wsdl.resolve()), settings=settings, transport=LocalFiles(wsdl.parent))  # type: ignore[no-untyped-call]
    except (ZeepError, ValueError, etree.XMLSyntaxError) as error:
        raise Permanent(f"{wsdl} is no WSDL that can be used: {error}") from error


def _written(client: zeep.Client, operation: str, values: Mapping[str, object]) -> tuple[dict[str, str], bytes]:
    try:
        described = client.service._binding.get(operation)  # noqa: SLF001  (zeep offers no public way to it)
        envelope, headers = client.service._binding._create(  # noqa: SLF001
            operation, (), dict(values), client=client
        )
    except (ZeepError, ValueError, TypeError, KeyError) as error:
        raise Rejected(f"{operation} cannot be written as the WSDL wants it: {error}", where=operation) from error
    assert described is not None
    return {str(name): str(value) for name, value in headers.items()}, etree.tostring(
        envelope, xml_declaration=True, encoding="utf-8"
    )


def _read(client: zeep.Client, operation: str, reply: HttpReply) -> Mapping[str, object]:
    response = Response()
    response.status_code = reply.status
    response._content = reply.body  # noqa: SLF001  (requests has no other way to make an answer)
    response.headers.update(reply.headers)
    try:
        binding = client.service._binding  # noqa: SLF001  (as above)
        result = binding.process_reply(client, binding.get(operation), response)
    except Fault as fault:
        text = f"the service refused {operation}: {fault.message}"
        if str(fault.code or "").rpartition(":")[2].lower().startswith(THEIRS):
            raise Transient(text) from fault
        raise Rejected(text, where=operation) from fault
    except (ZeepError, etree.XMLSyntaxError, ValueError) as error:
        if reply.status >= SERVER_FIRST:
            raise Transient(f"the service answered {reply.status} to {operation}, and no envelope") from error
        raise Permanent(f"the answer to {operation} is not what the WSDL says ({reply.status}): {error}") from error
    plain = serialize_object(result, dict)  # type: ignore[no-untyped-call]
    return cast("Mapping[str, object]", plain) if isinstance(plain, dict) else {"result": plain}
