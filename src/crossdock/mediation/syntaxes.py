"""How fields are written in each syntax, for the compiler of maps."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.formats.edifact.document import EdifactSyntax
from crossdock.formats.fields import FILE_FIELDS, IDOC_FIELDS, JSON_FIELDS, XML_FIELDS
from crossdock.formats.x12.document import X12Syntax
from crossdock.kernel.tree import Syntax

SYNTAXES: Mapping[str, Syntax] = {
    "x12": X12Syntax(),
    "edifact": EdifactSyntax(),
    "xml": XML_FIELDS,
    "idoc": IDOC_FIELDS,
    "json": JSON_FIELDS,
    "delimited": FILE_FIELDS,
    "fixed": FILE_FIELDS,
}
