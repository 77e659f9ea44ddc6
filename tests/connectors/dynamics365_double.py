"""A Dynamics 365 of one company, as a server: orders, lines, notes, a posting service, and its tenant's token endpoint.

Written from Microsoft Learn: OData V4 data entities, JSON custom services, the client credentials flow. An unknown
field is HTTP 400, a write an entity refuses HTTP 500 with the log of the transaction, an old token HTTP 401; the
posting service has the contract of docs/guides/dynamics365.md and numbers a packing slip once.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from aiohttp import web

from crossdock.connectors.dynamics365 import wire
from tests.connectors.erp_server import Trouble

Row = dict[str, object]
COMPANY, CLIENT, KEY = "usmf", "app-1", "s3cret"
TOKENS = "/tenant/oauth2/v2.0/token"
SERVICE = "CrossdockGroup/CrossdockPosting"
DATA = "/data/SalesOrder"
FIELDS = {
    "HeadersV2": {*wire.HEADER_FIELDS, "dataAreaId", "ModifiedDateTime"},
    "LinesV2": {*wire.LINE_FIELDS, "dataAreaId"},
    "HeaderDocumentAttachmentsV2": {
        "dataAreaId", "SalesOrderNumber", "DocumentAttachmentTypeCode", "AttachmentDescription", "Notes",
    },
}  # fmt: skip


class Refused(Exception):
    """An error of the interface: HTTP status, sentence, and the log behind it."""

    def __init__(self, status: int, message: str, inner: str = "") -> None:
        super().__init__(message)
        self.status, self.inner = status, inner


class Dynamics:
    """The server's handler and its books."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.granted = 0
        self.conflict = False
        self.slips: dict[str, Row] = {}
        order: Row = {"dataAreaId": COMPANY, "SalesOrderNumber": "SO-1", "ModifiedDateTime": "2026-06-01T08:14:52Z"}
        self.tables: dict[str, list[Row]] = {
            "HeadersV2": [order],
            "LinesV2": [self.line("SO-1", 1, 5), self.line("SO-1", 2, 7)],
            "HeaderDocumentAttachmentsV2": [],
        }

    @staticmethod
    def line(order: str, number: int, quantity: float) -> Row:
        """A line as SalesOrderLinesV2 gives it."""
        return {
            "dataAreaId": COMPANY, "SalesOrderNumber": order, "LineCreationSequenceNumber": number,
            "OrderedSalesQuantity": quantity, "SalesUnitSymbol": "ea",
        }  # fmt: skip

    async def handle(self, request: web.Request) -> web.Response:
        """Any call on the environment, and the tenant's one."""
        raw = await request.read()
        if request.path == TOKENS:
            return self._grant(parse_qs(raw.decode()))
        if request.headers.get("Authorization") != f"Bearer token-{self.granted}":
            return web.Response(status=401)
        body = json.loads(raw or b"{}")
        if request.method == "POST" and not request.path.endswith("/findPackingSlip"):
            return await self.trouble.through(request, lambda: self._answer(request, body))
        return self._answer(request, body)

    def notes(self) -> list[str]:
        """What was said at the order."""
        return [str(row["Notes"]) for row in self.tables["HeaderDocumentAttachmentsV2"]]

    def posted(self) -> dict[str, dict[str, float]]:
        """What was posted, by packing slip and line."""
        return {
            number: {str(line["LineNumber"]): float(line["Quantity"]) for line in _lines(slip)}
            for number, slip in self.slips.items()
            if not slip["Cancelled"]
        }

    def _grant(self, form: dict[str, list[str]]) -> web.Response:
        assert form["grant_type"] == ["client_credentials"]
        assert form["scope"][0].endswith("/.default")
        if (form["client_id"], form.get("client_secret")) != ([CLIENT], [KEY]):
            error = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
            return web.json_response(error, status=401)
        self.granted += 1
        token = {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.granted}"}
        return web.json_response(token)

    def _answer(self, request: web.Request, body: Row) -> web.Response:
        try:
            if request.path.startswith("/api/services/"):
                return web.json_response(self._serve(request.path, body))
            name = request.path.removeprefix(DATA)
            if name not in FIELDS:
                raise Refused(404, "No HTTP resource was found that matches the request URI")
            return self._search(request, name) if request.method == "GET" else self._insert(name, body)
        except Refused as refused:
            error = {"code": "", "message": str(refused), "innererror": {"message": refused.inner}}
            return web.json_response({"error": error}, status=refused.status)

    def _search(self, request: web.Request, name: str) -> web.Response:
        """A search in all companies; a condition is fields compared, tied by `and`, and one bracket of `or`."""
        assert request.query["cross-company"] == "true"
        condition = request.query["$filter"]
        fields = request.query["$select"].split(",")
        sort = request.query.get("$orderby", "SalesOrderNumber").split(",")
        _known(name, [*fields, *sort, *re.findall(r"(\w+) (?:eq|ge|lt|gt) ", condition)])
        found = [row for row in self.tables[name] if _holds(row, condition)]
        found.sort(key=lambda row: [str(row[field]) for field in sort])
        rows = [
            {"@odata.etag": 'W/"JzEn"', **{field: row.get(field) for field in fields}}
            for row in found[: int(request.query.get("$top", "1000"))]
        ]
        return web.json_response({"@odata.context": "$metadata", "value": rows})

    def _insert(self, name: str, body: Row) -> web.Response:
        _known(name, list(body))
        if name != "HeaderDocumentAttachmentsV2":
            raise Refused(405, "The requested resource does not support http method 'POST'.")
        if self.conflict:
            raise Refused(500, "An error has occurred.", "UpdateConflict: the record was changed by another user")
        if body["DocumentAttachmentTypeCode"] != "Note":
            log = f"Infolog: Error: The value {body['DocumentAttachmentTypeCode']!r} in field 'Type' is not found."
            raise Refused(500, "An error has occurred.", f"Write failed for table row of type '{name}'. {log}")
        self.tables[name].append(body)
        return web.json_response(body, status=201)

    def _serve(self, path: str, body: Row) -> Row:
        request = body["_request"]
        assert isinstance(request, dict)
        assert request["DataAreaId"] == COMPANY
        number = str(request["PackingSlipId"])
        slip = self.slips.get(number)
        operation = path.removeprefix(f"/api/services/{SERVICE}/")
        if operation == "findPackingSlip":
            return {"Found": False} if slip is None else {"Found": True, **slip}
        if operation == "postPackingSlip" and slip is None:
            self.slips[number] = {
                "Cancelled": False,
                "Lines": request["Lines"],
                "DeliveryDate": request["DeliveryDate"],
            }
        elif operation == "cancelPackingSlip" and slip is not None and not slip["Cancelled"]:
            slip["Cancelled"] = True
        else:
            raise Refused(500, "An exception occured when invoking the operation", "Infolog: Error: number is in use")
        return {"PackingSlipId": number}


def _lines(slip: Row) -> list[dict[str, str]]:
    lines = slip["Lines"]
    assert isinstance(lines, list)
    return lines


def _known(name: str, fields: list[str]) -> None:
    unknown = sorted(set(fields) - FIELDS[name])
    if unknown:
        raise Refused(400, f"Could not find a property named '{unknown[0]}' on type 'SalesOrder{name}'.")


def _holds(row: Row, condition: str) -> bool:
    bracket = re.search(r"\((.*)\)", condition)
    plain = condition.replace(bracket[0], "") if bracket else condition
    terms = [_compared(row, term) for term in plain.split(" and ") if term.strip()]
    return all(terms) and (bracket is None or any(_compared(row, term) for term in bracket[1].split(" or ")))


def _compared(row: Row, term: str) -> bool:
    field, word, value = term.strip().split(" ", 2)
    theirs, ours = str(row[field]), value.strip("'")
    return {"eq": theirs == ours, "ge": theirs >= ours, "gt": theirs > ours, "lt": theirs < ours}[word]
