"""The generated pages are what the code would write today; every command and key has its line."""

from __future__ import annotations

import msgspec
import pytest

from crossdock.bootstrap.settings import Settings
from crossdock.cli.app import COMMANDS
from crossdock.cli.reference import pages
from tests.house.sources import ROOT

REFERENCE = ROOT / "docs" / "reference"
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text() == PAGES[name], "run `make docs` and commit the page"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: getattr(one, "__name__", "key"))
def test_every_command_has_its_section(command: object) -> None:
    name = getattr(command, "__name__", None) or "key"
    assert f"\n## crossdock {name}\n" in PAGES["cli.md"]


@pytest.mark.parametrize("section", [field.name for field in msgspec.structs.fields(Settings)])
def test_every_setting_has_its_line(section: str) -> None:
    text = PAGES["project.md"]
    assert f"### `[{section}]`" in text or f"| `{section}` |" in text


def test_a_default_that_a_section_brings_along_is_shown() -> None:
    burst = Settings().limits.rate.burst
    assert f"| `burst` | integer | `{burst}` | `CROSSDOCK_LIMITS__RATE__BURST` |" in PAGES["project.md"]
