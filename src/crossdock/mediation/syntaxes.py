"""How fields are written in each syntax, for the compiler of maps."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.formats.edifact.document import EdifactSyntax
from crossdock.formats.x12.document import X12Syntax
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Syntax


class NamedFields:
    """Fields by name (`kernel.tree.Syntax`): of records, objects, and elements (`@name` an attribute, `` its text)."""

    def getter(self, field: str) -> Getter:
        """See `Syntax.getter`.

        Raises:
            Rejected: a name with blanks around it, which no document has.
        """
        if field != field.strip():
            raise Rejected(f"{field!r} is no field: names have no blanks around them")

        def read(node: Node) -> str:
            fields = node.fields
            return fields.get(field, "") if isinstance(fields, Mapping) else ""

        return read


_NAMED = NamedFields()

SYNTAXES: Mapping[str, Syntax] = {
    "x12": X12Syntax(),
    "edifact": EdifactSyntax(),
    "xml": _NAMED,
    "idoc": _NAMED,
    "json": _NAMED,
    "delimited": _NAMED,
    "fixed": _NAMED,
}
