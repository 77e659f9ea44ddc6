"""The pages of the catalogue site, each by its file name. The same book always makes the same pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from crossdock.app.capabilities import CAPABILITIES
from crossdock.app.catalogue.book import Book, Proved
from crossdock.app.catalogue.drawing import state_name
from crossdock.canonical.ownership import OWNERSHIP

PACKAGE, SHARED = "crossdock.web.catalogue", "crossdock.web.pages"
NAMED = re.compile(r"[A-Za-z_][\w.]*")
SECTIONS = (
    ("index.html", "Overview"),
    ("systems.html", "Systems"),
    ("events.html", "Events"),
    ("commands.html", "Commands"),
    ("parts.html", "Parts"),
    ("extensions.html", "Extensions"),
    ("processes.html", "Processes"),
    ("authority.html", "Authority"),
    ("lineage.html", "Lineage"),
    ("codes.html", "Codes"),
    ("coverage.html", "Coverage"),
)


def site(book: Book) -> dict[str, str]:
    """Every file of the site by its name: pages and one style sheet."""
    pages = _Pages(book)
    made = {name: pages.text(template, at, **values) for name, template, at, values in _wanted(book)}
    return {**made, "style.css": _style()}


Wanted = tuple[str, str, str, Mapping[str, object]]


def _wanted(book: Book) -> Iterator[Wanted]:
    """File name, template, the section it is in, and what else the template is given."""
    for name, _ in SECTIONS:
        yield name, name, name, {}
    for manifest in book.given.manifests:
        yield f"system-{manifest.kind}.html", "system.html", "systems.html", {"one": manifest}
    for event in book.events.values():
        yield f"event-{event.name}.html", "event.html", "events.html", {"one": event}
    for command in book.commands.values():
        yield f"command-{command.name}.html", "command.html", "commands.html", {"one": command}
    for process in book.processes:
        yield f"process-{process.name}.html", "process.html", "processes.html", {"one": process}


class _Pages:
    """The templates with what all of them are given."""

    def __init__(self, book: Book) -> None:
        loaders = [jinja2.PackageLoader(PACKAGE), jinja2.PackageLoader(SHARED)]
        self._env = jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        links = _Links(book)
        self._env.filters |= {
            "about": about,
            "link": links.trigger,
            "typed": links.typed,
            "anchor": anchor,
            "state": state_name,
        }
        self._env.globals |= {
            "book": book,
            "sections": SECTIONS,
            "ownership": OWNERSHIP,
            "capabilities": CAPABILITIES,
            "proofs": _by_kind(book.given.proofs),
        }

    def text(self, template: str, at: str, **values: object) -> str:
        """One page."""
        return self._env.get_template(template).render(at=at, **values) + "\n"


class _Links:
    """Names of triggers and types, linked where there is a page of them."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def trigger(self, name: str) -> Markup:
        """A fact type, `cmd:<command>` or `timer:<name>`; a command by its bare name as well."""
        command = name.removeprefix("cmd:")
        if name in self._book.events:
            return Markup('<a class="mono" href="event-{0}.html">{0}</a>').format(name)
        if command in self._book.commands:
            return Markup('<a class="mono" href="command-{}.html">{}</a>').format(command, name)
        return Markup('<span class="mono">{}</span>').format(name)

    def typed(self, words: str) -> Markup:
        """A type as `shapes` writes it, every shared part in it linked."""

        def linked(found: re.Match[str]) -> str:
            name = found.group()
            if name not in self._book.parts:
                return name
            return Markup('<a href="parts.html#{}">{}</a>').format(anchor(name), name.rpartition(".")[2])

        return Markup(NAMED.sub(linked, str(escape(words))))  # noqa: S704  (escaped before the links are put in)


def _by_kind(proofs: Iterable[Proved]) -> dict[str, list[Proved]]:
    found: dict[str, list[Proved]] = {}
    for one in proofs:
        found.setdefault(one.kind, []).append(one)
    return found


def about(kind: type) -> str:
    """The first line of what a payload says of itself."""
    return (kind.__doc__ or "").split("\n", 1)[0].replace("`", "")


def anchor(name: str) -> str:
    """A name as the end of a link."""
    return name.replace(".", "-")


def _style() -> str:
    """The look of the console's pages, and what only this site has."""
    shared = files(SHARED).joinpath("static", "page.css").read_text("utf-8")
    return shared + files(PACKAGE).joinpath("templates", "site.css").read_text("utf-8")
