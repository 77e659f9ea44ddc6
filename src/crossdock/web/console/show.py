"""A page of the console in its shell: the menu, the reader, the section it belongs to."""

from __future__ import annotations

from litestar import Response

from crossdock.app.identity.entry import Signed
from crossdock.web.console.deps import ConsoleDeps
from crossdock.web.console.sections import BY_NAME, SECTIONS
from crossdock.web.console.theme import theme_of
from crossdock.web.people.guards import Call


def show(
    request: Call,
    deps: ConsoleDeps,
    signed: Signed,
    template: str,
    section: str,
    **values: object,
) -> Response[str]:
    """Render `template`, or the block of it that htmx asked for, as part of that section.

    Templates ask `may("act")` before they offer a button; the handler's guard decides.
    """
    shell = {
        "section": BY_NAME[section],
        "sections": SECTIONS,
        "person": signed.principal.name,
        "csrf": signed.csrf,
        "may": signed.principal.may,
        "theme": theme_of(request),
    }
    return deps.renderer.page(request, template, {**shell, **values})
