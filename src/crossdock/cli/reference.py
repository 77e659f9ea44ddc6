"""The reference pages made from the code: commands, and every key of the integration project.

`python -m crossdock.cli.reference --write docs/reference` writes them; tests/docs compares them with what stands there.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from crossdock.app.showing.pages import pages as showing_pages
from crossdock.app.showing.personal import pages as personal_pages
from crossdock.bootstrap.authority import FILE as AUTHORITY
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.consumers import FOLDER as EXPECTS
from crossdock.bootstrap.consumers import Expects
from crossdock.bootstrap.extensions import FOLDER as EXTENSIONS
from crossdock.bootstrap.project import PartnerFile
from crossdock.bootstrap.settings import FILE, PREFIX, Settings
from crossdock.canonical.consumers import Reads
from crossdock.canonical.extensions import Extension, ExtensionField
from crossdock.canonical.pages import pages as canonical_pages
from crossdock.cli.app import build_app
from crossdock.kernel.codec import encode_json
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Limits, Manifest
from crossdock.postgres.analytics import pages as analytics_pages
from crossdock.process.consignment import FIELDS
from crossdock.process.policy import Policy
from crossdock.process.scopes import Scope
from crossdock.process.terms.authority import ClaimRule
from crossdock.process.terms.release import OwnRule, Route
from crossdock.web.api.pages import pages as web_pages

MADE = "<!-- made from the code by `make docs`: change the code, not this page -->"
WRITE_ARGUMENTS = 3

OVERRIDES = """What differs in a scope: any keys and sections above but `version` and `tenant`. `overrides` and
`scope` in the first table are made of these. The most specific scope that fits wins, key by key: customer and lane,
customer, carrier or warehouse, lane, order type, tenant."""
CONDITIONS = """`when` is written of these, texts in quotes, numbers, lists, `and`, `or`, `not`, `==`, `!=`, `<`, `<=`,
`>`, `>=`, `in`, `not in`, `+`, `-` and `*`. A number nobody stated makes no comparison true."""


def pages() -> dict[str, str]:
    """Each page's file name and text."""
    connectors = {f"connectors/{kind}.md": _connector(manifest) for kind, manifest in sorted(MANIFESTS.items())}
    return {
        "cli.md": _cli(),
        "project.md": _project(),
        **canonical_pages(),
        **web_pages(),
        **showing_pages(),
        **personal_pages(),
        **analytics_pages(),
        **connectors,
    }


def _cli() -> str:
    # cyclopts puts the running module into the usage of commands; the page must not depend on who writes it.
    text = re.sub(r"^(crossdock[\w ]*) -m [\w.]+", r"\1", build_app().generate_docs().rstrip(), flags=re.MULTILINE)
    return f"{MADE}\n\n{text}\n\nExit codes: 0 done or fine, 1 the answer is no, 2 it could not be done.\n"


def _project() -> str:
    parts = [
        MADE,
        "# The integration project, key by key",
        "Unknown keys are refused. All problems are told at once, each with file, line and key.",
        f"## {FILE}",
        *_tables(Settings, (), variables=True),
        "## partners/*.toml",
        "The file's name is the partner's id.",
        *_tables(PartnerFile, (), variables=False),
        "### `[limits]`",
        "What is not given here is taken from the manifest of the connector, else from this table.",
        *_section(Limits, (), variables=False),
        "### `[secrets]`",
        "Any name, each `env:NAME` or `file:PATH`, or a list of two while one is rotated: the one in force first.",
        "## policies/*.toml",
        "A key stands in one file only; durations are seconds.",
        *_tables(Policy, (), variables=False),
        "### `[[override]]`",
        OVERRIDES,
        *_section(Scope, (), variables=False),
        "### `[[release.rules]]`",
        *_section(OwnRule, (), variables=False),
        "### `[[routes]]`",
        *_section(Route, (), variables=False),
        "### Fields of conditions",
        CONDITIONS,
        "\n".join(
            ["| field | kind | meaning |", "| --- | --- | --- |"]
            + [f"| `{name}` | {field.kind} | {field.means} |" for name, field in FIELDS.items()]
        ),
        f"## {AUTHORITY}",
        "What each partner's word is worth, within what its role may say at all; of several rules the first holds.",
        "### `[[claims]]`",
        *_section(ClaimRule, (), variables=False),
        f"## {EXTENSIONS}/*.toml",
        "What a region or business unit adds to contracts, under `ext.` and the file's name.",
        *_section(Extension, (), variables=False),
        "### `[[field]]`",
        *_section(ExtensionField, (), variables=False),
        f"## {EXPECTS}/*.toml",
        "What a consumer, called as the file, relies on; `crossdock check` and `crossdock contract check` hold it.",
        *_section(Expects, (), variables=False),
        "### `[[read]]`",
        *_section(Reads, (), variables=False),
    ]
    return "\n\n".join(parts) + "\n"


def _connector(manifest: Manifest) -> str:
    """One page a partner kind, from its manifest."""
    rows = [
        ("roles", ", ".join(manifest.roles)),
        ("facts it brings", _codes(manifest.facts_in)),
        ("commands it takes", _codes(manifest.commands_out) or "none: it only speaks"),
        ("an unknown outcome is settled by", manifest.resolution.value.replace("_", " ")),
        ("source", manifest.source),
        ("maturity", manifest.maturity.value),
    ]
    limits = msgspec.structs.asdict(manifest.limits)
    parts = [
        MADE,
        f"# {manifest.title}",
        f'`connector = "{manifest.kind}"` in `partners/<id>.toml`.',
        "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in rows)]),
        "Limits, unless the partner's file says otherwise: "
        + ", ".join(f"`{name}` {value}" for name, value in limits.items() if value is not None)
        + ".",
    ]
    return "\n\n".join(parts) + "\n"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _tables(
    kind: type[msgspec.Struct], path: tuple[str, ...], *, variables: bool, base: object = None
) -> Iterable[str]:
    """A struct and the structs in it; `base` is the value a section has when it is absent."""
    if path:
        yield f"### `[{'.'.join(path)}]`"
    yield from _section(kind, path, variables=variables, base=base)
    for field in msgspec.structs.fields(kind):
        if _is_section(field.type):
            at = (*path, field.encode_name)
            yield from _tables(field.type, at, variables=variables, base=_default(field, base))


def _section(
    kind: type[msgspec.Struct], path: tuple[str, ...], *, variables: bool, base: object = None
) -> Iterable[str]:
    yield inspect.cleandoc(kind.__doc__ or "")
    rows = [["key", "type", "default", *(["variable"] if variables else [])]]
    rows.append(["---"] * len(rows[0]))
    for field in msgspec.structs.fields(kind):
        if not _is_section(field.type):
            name = f"`{field.encode_name}`"
            variable = [f"`{PREFIX}{'__'.join((*path, field.encode_name)).upper()}`"] if variables else []
            rows.append([name, _type(field.type), _shown(_default(field, base)), *variable])
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _type(kind: object) -> str:
    made = msgspec.json.schema_components([kind], schema_hook=_secret_schema)
    return _worded(made[0][0], made[1]).replace("|", "or")


def _secret_schema(kind: type) -> dict[str, object]:
    if kind is Secret:
        return {"type": "string", "title": "secret"}
    # What a partner's own settings hold is checked by its connector.
    return {"title": "any"}


def _worded(schema: dict[str, object], parts: dict[str, dict[str, object]]) -> str:
    if "$ref" in schema:
        return _worded(parts[str(schema["$ref"]).rpartition("/")[2]], parts)
    if "enum" in schema:
        values = schema["enum"]
        return "one of " + ", ".join(f"`{value}`" for value in (values if isinstance(values, list) else []))
    if "anyOf" in schema:
        choices = schema["anyOf"]
        words = [_worded(one, parts) for one in (choices if isinstance(choices, list) else [])]
        return " or ".join(word for word in words if word != "null")
    if schema.get("type") == "array":
        items = schema.get("items") or schema.get("prefixItems")
        inner = items[0] if isinstance(items, list) and items else items
        return f"list of {_worded(inner, parts)}" if isinstance(inner, dict) else "list"
    return _scalar(schema)


def _scalar(schema: dict[str, object]) -> str:
    name = str(schema.get("title") or schema.get("type") or "any")
    name = {"object": "table", "string": "text", "number": "number", "secret": "secret reference"}.get(name, name)
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    limits = [f"{sign} {schema[key]}" for key, sign in bounds.items() if key in schema]
    return " ".join([name, *limits])


def _default(field: msgspec.structs.FieldInfo, base: object) -> object:
    if base is not None:
        return getattr(base, field.name)
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _shown(default: object) -> str:
    if default is msgspec.NODEFAULT:
        return "required"
    return "" if default in (None, "", (), {}) else f"`{encode_json(default).decode()}`"


if __name__ == "__main__":
    if len(sys.argv) != WRITE_ARGUMENTS or sys.argv[1] != "--write":
        sys.exit("usage: python -m crossdock.cli.reference --write FOLDER")
    for page, content in pages().items():
        target = Path(sys.argv[2], page)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
