"""What needs no sign-in: the page behind a tracking link, and the style, colours and logo that pages load."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter, QueryParameter

from crossdock.app.portal.brand import Brand
from crossdock.web.portal.deps import Deps
from crossdock.web.portal.pages import page

STYLE = (resources.files("crossdock.web.portal") / "static" / "portal.css").read_text()
CACHED = {"cache-control": "public, max-age=300"}
ALONE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", **CACHED}
# A tracking page is for whoever was given its address, and for no index.
UNSEEN = {"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}

Token = Annotated[str, PathParameter(max_length=100)]
Group = Annotated[str, QueryParameter(name="group", max_length=100)]


@get("/track/{token:str}")
async def track(deps: Deps, token: Token) -> Response[str]:
    """One shipment's milestones; whatever is wrong with a link is one answer."""
    found = await deps.links.open(token)
    if found is None:
        text = "This link shows nothing any more: it expired, it was withdrawn, or it was not copied whole."
        return page("message.html", 404, title="Nothing to show", text=text)
    group = deps.brands.group(found.customer)
    answer = page("track.html", tracked=found, notice=found.notice, group=group, brand=deps.brands.of(group))
    answer.headers.update(UNSEEN)
    return answer


@get("/portal/portal.css", media_type="text/css")
async def style() -> Response[str]:
    """The one style."""
    return Response(STYLE, media_type="text/css", headers=CACHED)


@get("/portal/colours.css", media_type="text/css")
async def colours(deps: Deps, group: Group = "") -> Response[str]:
    """A group's colours."""
    return Response(_colours(deps.brands.of(group)), media_type="text/css", headers=CACHED)


@get("/portal/logo")
async def logo(deps: Deps, group: Group = "") -> Response[bytes]:
    """A group's logo; as a picture it runs nothing, and opened by itself it is shut in."""
    found = deps.brands.logo(group)
    if found is None:
        raise NotFoundException
    return Response(found.body, media_type=found.mime, headers=ALONE)


def _colours(brand: Brand) -> str:
    return (
        f":root{{--brand:{brand.colour};--on-brand:#fff}}"
        f"@media(prefers-color-scheme:dark){{:root{{--brand:{brand.colour_dark};--on-brand:#10151c}}}}"
    )


HANDLERS = (track, style, colours, logo)
