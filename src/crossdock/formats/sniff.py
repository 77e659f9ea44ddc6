"""What is this? A look at the first bytes of a message; the reader decides whether it is well-formed.

Delimited and fixed-width files have no mark of their own: the first is a guess that says so, the second never guessed.
"""

from __future__ import annotations

import json
import re
from itertools import islice

import msgspec

from crossdock.formats.charset import marked
from crossdock.formats.delimited.cells import split
from crossdock.formats.delimited.layout import DelimitedLayout

HEAD_BYTES = 64 * 1024
_ROWS_LOOKED_AT = 20

# Not `\s`: the control characters it takes in are separators of X12.
_X12 = re.compile(r"ISA[^A-Za-z0-9 \r\n\t]|(?:GS|ST)([^A-Za-z0-9 \r\n\t])[A-Za-z0-9]{2,3}\1")
_EDIFACT = re.compile(r"UNA[^A-Za-z0-9]|UNB[^A-Za-z0-9 \r\n\t]|UN[HG]\+|UIB\+")
_LATE_X12 = re.compile(r"[\r\n]ISA[^A-Za-z0-9 \r\n\t]")
_LATE_EDIFACT = re.compile(r"[\r\n](?:UNA[^A-Za-z0-9]|UNB[^A-Za-z0-9 \r\n\t])")
_IDOC = re.compile(r"EDI_DC(?:40)?(?:_U)?[ 0-9]")
_ROOT = re.compile(
    r"\s*(?:<\?(?:[^?]|\?(?!>))*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*|<!DOCTYPE[^>\[]*>\s*)*<(?:([\w.-]+):)?([\w.-]+)([^>]*)"
)
_IDOC_ROOT = re.compile(r"IDOC|[A-Z][A-Z0-9_]{2,}[0-9]{2}")
_FAMILIES = (
    ("urn:oasis:names:specification:ubl:schema:xsd:", "ubl"),
    ("urn:gs1:ecom:", "gs1"),
    ("urn:epcglobal:epcis", "epcis"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "soap"),
    ("http://www.w3.org/2003/05/soap-envelope", "soap"),
    ("http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader", "sbdh"),
)
_EPCIS_EVENTS = frozenset(
    f"{kind}Event" for kind in ("Object", "Aggregation", "Transaction", "Transformation", "Association")
)
_OTHERS = (
    (b"PK\x03\x04", "a zip archive or office file: unpack it, or export it as CSV"),
    (b"\x1f\x8b", "a gzip file: unpack it"),
    (b"%PDF", "a PDF: it is meant for people, send the data behind it"),
    (b"\xd0\xcf\x11\xe0", "an old office file: export it as CSV"),
)


class Guess(msgspec.Struct, frozen=True):
    """What a message looks like, and why.

    `syntax` is `x12`, `edifact`, `xml`, `idoc-xml`, `idoc-flat`, `json`, `ndjson`, `csv` (a guess: a layout must be
    declared) or `unknown`; `family` the dialect where the first bytes show one (`ubl`, `gs1`, `epcis`, `soap`, `sbdh`,
    `cloudevents`); `kind` the document type where they do (`Order`, `ORDERS05`); `delimiter` that of a csv.
    """

    syntax: str
    why: str
    family: str = ""
    kind: str = ""
    delimiter: str = ""


def sniff(body: bytes) -> Guess:
    """Look at a message; never raises, and looks at 64 kB at most."""
    head = body[:HEAD_BYTES]
    for magic, why in _OTHERS:
        if head.startswith(magic):
            return Guess("unknown", why)
    mark, charset = marked(head)
    if not mark and head[:4] in (b"<\0?\0", b"\0<\0?"):
        charset = "utf-16-le" if head.startswith(b"<") else "utf-16-be"
    text = head[len(mark) :].decode(charset or "latin-1", "replace")
    begin = len(text) - len(text.lstrip(" \t\r\n\0\x1a"))
    if begin == len(text):
        return Guess("unknown", "there is nothing but blanks in it" if text else "it is empty")
    return _by_mark(text, begin, whole=len(head) == len(body))


def _by_mark(text: str, begin: int, *, whole: bool) -> Guess:
    if _X12.match(text, begin):
        return Guess("x12", f"it begins with {text[begin : begin + 3]!r}")
    if _EDIFACT.match(text, begin):
        return Guess("edifact", f"it begins with {text[begin : begin + 4]!r}")
    if _IDOC.match(text, begin):
        return Guess(
            "idoc-flat", "it begins with the control record EDI_DC", kind=text[begin + 39 : begin + 69].strip()
        )
    if text.startswith("<", begin):
        return _xml(text, begin)
    if text[begin] in "{[":
        return _json(text, begin, whole=whole)
    return _file(text[begin:], whole=whole)


def _xml(text: str, begin: int) -> Guess:
    root = _ROOT.match(text, begin)
    if root is None:
        return Guess("xml", "it begins with '<'")
    prefix, name, rest = root.groups()
    if name.lower() == "html":
        return Guess("unknown", "an HTML page, as servers send when something went wrong: look at what it says")
    if "<EDI_DC40" in text or "<IDOC" in text or (not prefix and "xmlns" not in rest and _IDOC_ROOT.fullmatch(name)):
        return Guess("idoc-xml", f"its root is {name} as in SAP's IDoc XML", kind=name)
    declared = re.search(rf"xmlns{':' + re.escape(prefix) if prefix else ''}\s*=\s*[\"']([^\"']*)", rest)
    namespace = declared[1] if declared else ""
    family = next((family for start, family in _FAMILIES if namespace.startswith(start)), "")
    if not family and name in _EPCIS_EVENTS:
        family = "epcis"
    return Guess("xml", f"its root is {name} of {namespace or 'no namespace'}", family, name)


def _json(text: str, begin: int, *, whole: bool) -> Guess:
    family = "cloudevents" if '"specversion"' in text else "epcis" if '"EPCIS' in text else ""
    line, ended, more = text[begin:].partition("\n")
    try:
        _, end = json.JSONDecoder().raw_decode(line.strip())
        one = not line.strip()[end:]
    except (ValueError, RecursionError):
        one = False
    if one and ended and more.lstrip()[:1] in ("{", "["):
        return Guess("ndjson", "every line is a JSON value", family)
    said = "" if whole else " (only its beginning was looked at)"
    return Guess("json", f"it begins with {text[begin]!r}{said}", family)


def _file(text: str, *, whole: bool) -> Guess:
    for syntax, start in (("x12", _LATE_X12), ("edifact", _LATE_EDIFACT)):
        if start.search(text):
            return Guess(syntax, "an interchange begins on a later line")
    if "\0" in text or sum(sign < " " and sign not in "\t\r\n" for sign in text[:2000]) > 20:
        return Guess("unknown", "it is no text: declare what it is")
    # The last line may be cut off.
    shown = text if whole else text.rpartition("\n")[0] or text
    best = ("", 1, 0)
    for delimiter in ",;\t|":
        layout = DelimitedLayout("guess", delimiter=delimiter)
        rows = [row.cells for row in islice(split(shown, layout), _ROWS_LOOKED_AT) if row.cells != [""]]
        widths = {len(cells) for cells in rows}
        if len(widths) == 1 and max(widths) > best[1]:
            best = (delimiter, max(widths), len(rows))
    if best[0]:
        delimiter, width, count = best
        why = f"the first {count} rows have {width} cells parted by {delimiter!r}: declare its layout"
        return Guess("csv", why, delimiter=delimiter)
    lengths = {len(line) for line in shown.splitlines()[:_ROWS_LOOKED_AT] if line}
    if len(lengths) == 1 and shown.count("\n") > 1:
        return Guess("unknown", f"all lines have {max(lengths)} characters: if it is fixed-width, declare its layout")
    return Guess("unknown", f"nothing is known that begins with {text[:20]!r}: declare what it is")
