"""Style sheets, scripts and pictures, served by us under a name that changes with their content.

`/assets/<digest>/<name>` may be kept for ever by whoever fetched it; under another digest there is nothing. Read once
at start: a handful of files, about 150 kB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from crossdock.web.pages.failure import NoSuchPage

PREFIX = "/assets"
DIGEST_CHARS = 12
Part = Annotated[str, PathParameter(min_length=1, max_length=100)]
FOREVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
}


class Asset(msgspec.Struct, frozen=True):
    """One file: its bytes, what they are, and the first characters of their SHA-256."""

    body: bytes
    media_type: str
    digest: str


class Assets:
    """Every asset of these packages' `static` folders; a name must be there once."""

    def __init__(self, packages: Iterable[str]) -> None:
        self._known: dict[str, Asset] = {}
        for package in packages:
            for file in files(package).joinpath("static").iterdir():
                ending = file.name.rpartition(".")[2]
                if ending not in MEDIA_TYPES:
                    continue
                assert file.name not in self._known, f"two assets are called {file.name}"
                body = file.read_bytes()
                digest = hashlib.sha256(body).hexdigest()[:DIGEST_CHARS]
                self._known[file.name] = Asset(body, MEDIA_TYPES[ending], digest)

    @property
    def known(self) -> Mapping[str, Asset]:
        """By name."""
        return self._known

    def url(self, name: str) -> str:
        """Where a page finds the asset.

        Raises:
            KeyError: there is none of that name, which is a bug of the page.
        """
        return f"{PREFIX}/{self._known[name].digest}/{name}"

    def handler(self) -> HTTPRouteHandler:
        """The route that serves them."""

        @get(PREFIX + "/{digest:str}/{name:str}", name="asset", include_in_schema=False, sync_to_thread=False)
        def asset(digest: Part, name: Part) -> Response[bytes]:
            found = self._known.get(name)
            if found is None or found.digest != digest:
                raise NoSuchPage
            return Response(found.body, media_type=found.media_type, headers={"cache-control": FOREVER})

        return asset
