"""The schema `analytics` as its migrations describe it: the page for whoever writes questions against it."""

from __future__ import annotations

import re
from importlib import resources

import msgspec

_COMMENT = re.compile(r"comment on (view|column) analytics\.(\w+)(?:\.(\w+))? is '((?:[^']|'')*)';")


class ViewText(msgspec.Struct, frozen=True):
    """A view, what it holds, and its columns in order, each with what it says."""

    name: str
    text: str
    columns: tuple[tuple[str, str], ...]


def described() -> list[ViewText]:
    """Every view, from the comments in the migrations; a later file's word counts."""
    views: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for name in sorted(file.name for file in resources.files("crossdock.postgres.migrations").iterdir()):
        if name.endswith(".sql") and "_analytics" in name:
            text = (resources.files("crossdock.postgres.migrations") / name).read_text(encoding="utf-8")
            for kind, view, column, words in _COMMENT.findall(text):
                said = words.replace("''", "'")
                if kind == "view":
                    views[view] = said
                else:
                    columns.setdefault(view, {})[column] = said
    return [ViewText(name, text, tuple(columns.get(name, {}).items())) for name, text in views.items()]


def pages() -> dict[str, str]:
    """The page of the schema, by file name."""
    lines = [
        "<!-- made from the code by `make docs`: change the code, not this page -->",
        "",
        "# The schema `analytics`",
        "",
        "Views for business intelligence: their names and columns stay, whatever becomes of the tables below.",
        "The role `crossdock_analytics` may read them and nothing else; grant it to the user your tool signs in as.",
        "No view has a body, a payload, an address or a person's name in it. Instants are UTC. How to use it, and how",
        "to export the same as files: [Watch the hub](../guides/observe.md#analysis).",
    ]
    for view in described():
        lines += ["", f"## {view.name}", "", view.text, "", "| column | what it says |", "| --- | --- |"]
        lines += [f"| `{column}` | {text} |" for column, text in view.columns]
    return {"analytics.md": "\n".join(lines) + "\n"}
