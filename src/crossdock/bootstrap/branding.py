"""`portal.toml`: how the portal looks to whom, checked with the rest of the project."""

from __future__ import annotations

from pathlib import Path

from crossdock.app.portal.brand import Branding, Brands, Logo
from crossdock.bootstrap.reading import Problem, open_source, read_struct

FILE = "portal.toml"
LOGO_BYTES_MAX = 256 * 1024
# Pictures by how they begin; a file is what its bytes say, whatever it is called.
PICTURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


def read_branding(folder: Path, problems: list[Problem]) -> Brands:
    """Names, colours and logos; the house's own where there is no such file."""
    path = folder / FILE
    if not path.exists():
        return Brands(Branding(), {})
    source = open_source(path, FILE, problems)
    branding = read_struct(Branding, source, problems) or Branding()
    logos: dict[str, Logo] = {}
    for group, brand in (("", branding.default), *branding.groups.items()):
        if not brand.logo:
            continue
        key = ("groups", group, "logo") if group else ("default", "logo")
        try:
            logos[group] = _logo(folder, brand.logo)
        except (OSError, ValueError) as error:
            problems.append(source.problem(key, f"{brand.logo}: {error}"))
    return Brands(branding, logos)


def _logo(folder: Path, name: str) -> Logo:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError("lies outside the project: put it into a folder of the project")
    body = path.read_bytes()
    if len(body) > LOGO_BYTES_MAX:
        raise ValueError(f"is larger than {LOGO_BYTES_MAX // 1024} KiB: make it smaller")
    mime = next((mime for begins, mime in PICTURES if body.startswith(begins)), "")
    if not mime:
        raise ValueError("is no picture: give a PNG, JPEG or WebP file")
    return Logo(body, mime)
