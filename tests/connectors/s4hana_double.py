"""An S/4HANA of one sales order, as a server: its deliveries and texts, and what SAP Gateway refuses.

Written from the descriptions of API_SALES_ORDER_SRV and API_OUTBOUND_DELIVERY_SRV;v=0002 on SAP's Business Accelerator
Hub. A change wants a token fetched in the same session and the version it is made upon; a delivery cannot be created
with an external number; it is posted only picked, and once.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from aiohttp import web

from tests.connectors.erp_server import Trouble

Row = dict[str, object]
USER, KEY = "CROSSDOCK", "s3cret"
ROOT = "/sap/opu/odata/sap"
AUTHORIZATION = f"Basic {b64encode(f'{USER}:{KEY}'.encode()).decode()}"
CREATABLE = {"ShippingPoint", "DeliveryDocumentType", "DeliveryDate", "to_DeliveryDocumentItem"}
UPDATABLE = {"DeliveryDocumentBySupplier", "ActualGoodsMovementDate", "BillOfLading"}
ITEM_FIELDS = {"ReferenceSDDocument", "ReferenceSDDocumentItem", "ActualDeliveryQuantity", "DeliveryQuantityUnit"}


class Refused(Exception):
    """An OData error: HTTP status, code and sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class S4:
    """The server's handler and its books."""

    def __init__(self, ordered: Mapping[str, str] = {"10": "5", "20": "7"}) -> None:
        self.trouble = Trouble()
        self.orders = [self.order("4711", 1780301692000, ordered)]
        self.deliveries: list[Row] = []
        self.text: Row | None = None
        self.sessions = 0
        self.locked = False
        self.version = 0

    @staticmethod
    def order(number: str, changed: int, ordered: Mapping[str, str], **more: object) -> Row:
        """A sales order as A_SalesOrder gives it."""
        items = [
            {
                "SalesOrder": number, "SalesOrderItem": item, "Material": f"M-{item}", "RequestedQuantity": quantity,
                "RequestedQuantityUnit": "PC", "ProductionPlant": "1010", "ShippingPoint": "1010",
            }
            for item, quantity in ordered.items()
        ]  # fmt: skip
        at = f"/Date({changed}+0000)/"
        return {"SalesOrder": number, "LastChangeDateTime": at, "to_Item": {"results": items}, **more}

    async def handle(self, request: web.Request) -> web.Response:
        """Any call below `/sap/opu/odata/sap`."""
        if request.headers.get("Authorization") != AUTHORIZATION:
            return web.Response(status=401, text="<html>Logon failed</html>")
        path = unquote(request.raw_path.partition("?")[0]).removeprefix(ROOT)
        body = json.loads(await request.read() or b"{}")
        if request.method == "GET":
            return self._answer(lambda: self._read(request, path))
        if not self._is_ours(request):
            return web.Response(status=403, headers={"x-csrf-token": "Required"}, text="CSRF token validation failed")
        return await self.trouble.through(request, lambda: self._answer(lambda: self._change(request, path, body)))

    def goods(self) -> dict[str, str]:
        """What was posted, by item."""
        posted = [one for one in self.deliveries if one["OverallGoodsMovementStatus"] == "C"]
        return {str(i["ReferenceSDDocumentItem"]): str(i["ActualDeliveryQuantity"]) for o in posted for i in _items(o)}

    def said(self) -> list[str]:
        """The lines of the text."""
        return str(self.text["LongText"]).splitlines() if self.text else []

    def _is_ours(self, request: web.Request) -> bool:
        """The token was given in the session the cookie names, and that is the last one."""
        cookies = dict(part.split("=", 1) for part in request.headers.get("Cookie", "").split("; ") if part)
        number = str(self.sessions)
        return cookies.get("SAP_SESSIONID") == number and request.headers.get("X-CSRF-Token") == f"token-{number}"

    def _answer(self, work: object) -> web.Response:
        assert callable(work)
        try:
            answer = work()
        except Refused as refused:
            error = {"code": refused.code, "message": {"lang": "en", "value": str(refused)}}
            return web.json_response({"error": error}, status=refused.status)
        assert isinstance(answer, web.Response)
        return answer

    def _read(self, request: web.Request, path: str) -> web.Response:
        if request.headers.get("X-CSRF-Token") == "Fetch":
            self.sessions += 1
            response = web.json_response({"d": {}}, headers={"x-csrf-token": f"token-{self.sessions}"})
            response.headers.add("Set-Cookie", "sap-usercontext=sap-client=100; path=/")
            response.headers.add("Set-Cookie", f"SAP_SESSIONID={self.sessions}; path=/; HttpOnly")
            return response
        condition = request.query.get("$filter", "")
        if path == "/API_SALES_ORDER_SRV/A_SalesOrder":
            return _many(self._page(request, condition))
        if path.startswith("/API_SALES_ORDER_SRV/A_SalesOrderText("):
            return _one(self.text)
        if path.startswith("/API_SALES_ORDER_SRV/A_SalesOrder("):
            return _one(next((one for one in self.orders if one["SalesOrder"] == _key(path)), None))
        numbers = re.findall(r"'([^']*)'", condition)
        if path.endswith("/A_OutbDeliveryItem"):
            return _many(
                [item for one in self.deliveries for item in _items(one) if item["ReferenceSDDocument"] in numbers]
            )
        if path.endswith("/A_OutbDeliveryHeader"):
            return _many([one for one in self.deliveries if one["DeliveryDocument"] in numbers])
        raise Refused(404, "/IWFND/CM_MGW/001", f"Resource not found for segment {path}")

    def _page(self, request: web.Request, condition: str) -> list[Row]:
        found = [one for one in self.orders if all(_holds(one, part) for part in condition.split(" and ") if part)]
        names = request.query["$orderby"].split(",")
        found.sort(key=lambda row: tuple(str(row[name]) for name in names))
        return found[: int(request.query["$top"])]

    def _change(self, request: web.Request, path: str, body: Row) -> web.Response:
        if self.locked:
            raise Refused(400, "VL/046", "Sales document 4711 is currently being processed by user MILLER")
        if path == "/API_OUTBOUND_DELIVERY_SRV;v=0002/A_OutbDeliveryHeader":
            return self._create(body)
        if path.endswith("/to_Text"):
            return self._write(body)
        if path.startswith("/API_SALES_ORDER_SRV/A_SalesOrderText("):
            assert self.text is not None
            self._checked(request, self.text)
            self.text.update(body)
            return self._touched(self.text)
        name = path.rpartition("/")[2].partition("(")[0]
        number = request.query.get("DeliveryDocument", "").strip("'") or _key(path)
        delivery = next((one for one in self.deliveries if one["DeliveryDocument"] == number), None)
        if delivery is None:
            raise Refused(404, "VL/002", f"Delivery {number} does not exist")
        if name == "A_OutbDeliveryItem":
            number = re.findall(r"DeliveryDocumentItem='(\d+)'", path)[0]
            item = next(one for one in _items(delivery) if one["DeliveryDocumentItem"] == number)
            self._checked(request, item)
            self._known(body, {"ActualDeliveryQuantity"})
            item.update(body)
            return self._touched(item)
        self._checked(request, delivery)
        if name == "A_OutbDeliveryHeader":
            self._known(body, UPDATABLE)
            delivery.update(body)
        else:
            self._call(name, delivery)
        return self._touched(delivery)

    def _create(self, body: Row) -> web.Response:
        self._known(body, CREATABLE)
        lines = body["to_DeliveryDocumentItem"]
        assert isinstance(lines, dict)
        number = f"8000000{len(self.deliveries) + 1}"
        items = []
        for index, line in enumerate(lines["results"], start=1):
            self._known(line, ITEM_FIELDS)
            if float(line["ActualDeliveryQuantity"]) > self._open(line["ReferenceSDDocumentItem"]):
                raise Refused(400, "VL/367", "An item with no quantity left to deliver")
            row = {**line, "DeliveryDocument": number, "DeliveryDocumentItem": f"{index * 10:06}"}
            row["ReferenceSDDocumentItem"] = f"{line['ReferenceSDDocumentItem']:0>6}"
            self._touched(row)
            items.append(row)
        delivery: Row = {
            "DeliveryDocument": number, "DeliveryDocumentBySupplier": "", "OverallGoodsMovementStatus": "A",
            "OverallPickingStatus": "A", "to_DeliveryDocumentItem": {"results": items},
        }  # fmt: skip
        self.deliveries.append(delivery)
        self._touched(delivery)
        return web.json_response({"d": delivery}, status=201)

    def _open(self, item: str) -> float:
        rows = self.orders[0]["to_Item"]
        assert isinstance(rows, dict)
        ordered = {row["SalesOrderItem"]: float(row["RequestedQuantity"]) for row in rows["results"]}
        taken = [i for one in self.deliveries for i in _items(one) if i["ReferenceSDDocumentItem"] == f"{item:0>6}"]
        return ordered[item] - sum(float(str(one["ActualDeliveryQuantity"])) for one in taken)

    def _write(self, body: Row) -> web.Response:
        self._known(body, {"Language", "LongTextID", "LongText"})
        if self.text is not None:
            raise Refused(400, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "The text exists already")
        self.text = dict(body)
        self._touched(self.text)
        return web.json_response({"d": self.text}, status=201)

    def _call(self, name: str, delivery: Row) -> None:
        moved, picked = delivery["OverallGoodsMovementStatus"], delivery["OverallPickingStatus"]
        if name == "PickAllItems" and moved == "A":
            delivery["OverallPickingStatus"] = "C"
        elif name == "PostGoodsIssue" and moved == "A" and picked == "C":
            delivery["OverallGoodsMovementStatus"] = "C"
        elif name == "ReverseGoodsIssue" and moved == "C":
            delivery["OverallGoodsMovementStatus"] = "A"
        else:
            raise Refused(400, "VL/609", f"{name}: picking is {picked}, goods movement {moved}")

    def _checked(self, request: web.Request, row: Row) -> None:
        version = request.headers.get("If-Match")
        if version is None:
            raise Refused(428, "/IWFND/CM_MGW_RT/021", "The Data Service Request is required to be conditional")
        metadata = row["__metadata"]
        assert isinstance(metadata, dict)
        if version != metadata["etag"]:
            raise Refused(412, "/IWFND/CM_MGW_RT/022", "Precondition failed")

    def _touched(self, row: Row) -> web.Response:
        self.version += 1
        row["__metadata"] = {"etag": f"W/\"'{self.version}'\""}
        return web.Response(status=204)

    @staticmethod
    def _known(body: Mapping[str, object], fields: set[str]) -> None:
        unknown = sorted(set(body) - fields)
        if unknown:
            raise Refused(400, "/IWBEP/CM_MGW_RT/020", f"Property '{unknown[0]}' is invalid or cannot be set")


def _items(delivery: Row) -> list[Row]:
    items = delivery["to_DeliveryDocumentItem"]
    assert isinstance(items, dict)
    return list(items["results"])


def _key(path: str) -> str:
    return path.partition("'")[2].partition("'")[0]


def _one(row: Row | None) -> web.Response:
    if row is None:
        raise Refused(404, "/IWBEP/CM_MGW_RT/004", "Resource not found")
    return web.json_response({"d": row})


def _many(rows: list[Row]) -> web.Response:
    return web.json_response({"d": {"results": rows}})


def _holds(row: Row, condition: str) -> bool:
    field, word, value = condition.split(" ", 2)
    if value.startswith("datetimeoffset"):
        from_iso = _milliseconds(value.removeprefix("datetimeoffset").strip("'"))
        ours, theirs = from_iso, int(re.findall(r"\d+", str(row[field]))[0])
        return {"ge": theirs >= ours, "lt": theirs < ours}[word]
    return {"gt": str(row[field]) > value.strip("'"), "eq": row[field] == value.strip("'")}[word]


def _milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
