"""The SOAP service: documents in envelopes from partners that speak nothing else; what is in them goes as usual."""

from __future__ import annotations

from typing import cast

from litestar import Response, get, post

from crossdock.app.access import Scope
from crossdock.app.soap import MEDIA_TYPES, Version, read_submission, version_of, write_fault, write_reply, wsdl
from crossdock.kernel.errors import Rejected, Transient
from crossdock.web.api.guards import Call, Deps, Name, Needs, Who
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body, text

# SOAP 1.1 over HTTP answers every fault with 500 (§6.2); 1.2 tells the sender's faults apart (part 2, table 20).
FAULT_STATUS = {Version.SOAP11: 500, Version.SOAP12: 400}


@get("/v1/soap/{partner:str}", opt={"answers": "text/xml"}, guards=[Needs(Scope.FACTS_WRITE)])
async def describe_soap(request: Call, caller: Who, partner: Name) -> Response[bytes]:
    """The WSDL of the partner's SOAP service, for any query (`?wsdl`). Whose it is, is nobody else's to know."""
    if caller.partner != partner:
        raise Problem("partner-not-yours", f"this key does not write as {partner}: use that partner's own key")
    return Response(wsdl(f"{request.base_url}v1/soap/{partner}"), media_type="text/xml; charset=utf-8")


@post("/v1/soap/{partner:str}", status_code=200, opt={"answers": "*/*"}, guards=[Needs(Scope.FACTS_WRITE)])
async def submit_soap(deps: Deps, request: Call, caller: Who, partner: Name) -> Response[bytes]:
    """Take a SOAP envelope with a document in it (SOAP 1.1 and 1.2); answered with a SOAP reply or fault."""
    known = deps.directory.partner(partner)
    if known is None or caller.partner != partner:
        raise Problem("partner-not-yours", f"this key does not write as {partner}: use that partner's own key")
    headers = headers_of(request.scope)
    version = version_of(text(headers.get(b"content-type", b"")))
    limits = deps.limits
    body = await read_body(request.receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)
    try:
        given = read_submission(body)
        trace = cast("str", request.scope["state"]["traceparent"])
        receipt = await deps.intake.message(
            known, given.document, given.content_type, channel="soap", traceparent=trace
        )
    except Rejected as error:
        where = f" ({error.where})" if error.where else ""
        return _fault(version, f"{error.detail}{where}", FAULT_STATUS[version], sender=True)
    except Transient as error:
        return _fault(version, f"nothing was taken, send it again: {error.detail}", 503, sender=False)
    if receipt.status == "refused":
        told = "; ".join(f"{one.code}: {one.detail}" for one in receipt.findings[:5])
        detail = f"kept as message {receipt.message_id} and not used: {told}"
        return _fault(given.version, detail, FAULT_STATUS[given.version], sender=True)
    return Response(write_reply(given.version, receipt), media_type=MEDIA_TYPES[given.version])


def _fault(version: Version, detail: str, status: int, *, sender: bool) -> Response[bytes]:
    return Response(write_fault(version, detail, sender=sender), status_code=status, media_type=MEDIA_TYPES[version])
