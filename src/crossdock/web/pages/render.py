"""Templates to pages: whole for a browser, one block for htmx, from the same handler and the same context.

htmx names the element it will replace (`HX-Target`); where the page has a block of that name only the block is
rendered. Without script the same address gives the whole page, so nothing depends on htmx.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import jinja2
from litestar import Request, Response
from litestar.datastructures import State
from litestar.enums import MediaType
from markupsafe import Markup

from crossdock.ports.clock import Clock
from crossdock.web.pages import words
from crossdock.web.pages.assets import Assets

SHARED = "crossdock.web.pages"
Call = Request[object, object, State]


class Renderer:
    """Templates of one room, with what all rooms share behind them."""

    def __init__(self, package: str, assets: Assets, clock: Clock) -> None:
        self._clock = clock
        self._env = jinja2.Environment(
            loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package), jinja2.PackageLoader(SHARED)]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters.update(
            instant=words.instant,
            span=words.span,
            count=words.count,
            money=words.money,
            decimal=words.decimal,
            size=words.size,
        )
        self._env.globals["asset"] = assets.url
        # A block may be rendered alone, without the imports at the head of its template.
        self._env.globals["ui"] = self._env.get_template("ui.html").module

    def page(
        self,
        request: Call,
        name: str,
        context: Mapping[str, object],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response[str]:
        """The page, or the one block of it that htmx asked for."""
        target = request.headers.get("hx-target", "")
        return Response(
            self.text(name, context, block=target.replace("-", "_")),
            status_code=status,
            media_type=MediaType.HTML,
            headers={"vary": "HX-Request, HX-Target", "cache-control": "no-store", **(headers or {})},
        )

    def text(self, name: str, context: Mapping[str, object], *, block: str = "") -> str:
        """The rendered text; the whole page where it has no such block."""
        template = self._env.get_template(name)
        values = {**context, "now": self._clock.now(), "ago": self._ago(self._clock.now())}
        if block and block in template.blocks:
            return "".join(template.blocks[block](template.new_context(values)))
        return template.render(values)

    @staticmethod
    def _ago(now: datetime) -> object:
        def ago(at: datetime | None) -> Markup:
            return words.relative(at, now)

        return ago
