"""Addressing of fields that have names: XML, IDoc, JSON and files. Positions (X12, EDIFACT) are addressed elsewhere."""

from __future__ import annotations

import re

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node


class Named(msgspec.Struct, frozen=True):
    """The `Syntax` of documents whose nodes hold their fields by name.

    `pattern` is what a field may be called, `hint` the sentence that says so.
    """

    pattern: str
    hint: str

    def getter(self, field: str) -> Getter:
        """Reads that field of a node: its text, empty when it is not there.

        Raises:
            Rejected: no field can be called that; the text says how fields are written.
        """
        if re.fullmatch(self.pattern, field) is None:
            raise Rejected(f"{field[:80]!r} names no field: {self.hint}")

        def get(node: Node) -> str:
            return named(node, field)

        return get


def named(node: Node, field: str) -> str:
    """The text of a named field, empty when it is not there."""
    fields = node.fields
    return fields.get(field, "") if isinstance(fields, dict) else ""


_XML = r"(?:[^\s/@\[\]]+|\{[^{}\s]*\}[^\s/@\[\]{}]+)"
XML_FIELDS = Named(f"@{_XML}|", "write @name or @prefix:name for an attribute and nothing for the element's own text")
IDOC_FIELDS = Named(r"[A-Z0-9_/]{1,30}|@[A-Z]+|", "write the field's SAP name in capitals, such as BELNR")
JSON_FIELDS = Named(r"[^\x00]*", "write the member's name; nothing for a scalar inside an array")
FILE_FIELDS = Named(r"[^\x00]+", "write the column's or field's name from the layout")
