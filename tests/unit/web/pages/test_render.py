"""One handler, one context: the page for a browser, a block of it for htmx; nothing from outside is ever markup."""

from __future__ import annotations

from datetime import UTC, datetime

import jinja2
import pytest

from crossdock.kernel.errors import Rejected, Transient
from crossdock.testing.world import StillClock
from crossdock.web.pages.assets import Assets
from crossdock.web.pages.failure import Failure, failure_of
from crossdock.web.pages.render import SHARED, Renderer

NOW = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)


@pytest.fixture
def assets() -> Assets:
    return Assets((SHARED, "crossdock.web.console"))


@pytest.fixture
def renderer(assets: Assets) -> Renderer:
    return Renderer(SHARED, assets, StillClock(NOW))


def test_an_assets_address_changes_with_its_content(assets: Assets) -> None:
    known = assets.known["page.css"]
    assert assets.url("page.css") == f"/assets/{known.digest}/page.css"
    assert len(known.digest) == 12


def test_a_page_that_names_an_unknown_asset_is_a_bug(assets: Assets) -> None:
    with pytest.raises(KeyError):
        assets.url("missing.css")


def test_text_from_outside_is_never_markup(renderer: Renderer) -> None:
    failure = Failure(400, "<script>alert(1)</script>", "a & b", "c")
    page = renderer.text("failure.html", {"failure": failure, "path": "/"})
    assert "<script>alert" not in page
    assert "a &amp; b" in page


def test_a_value_a_template_misses_is_a_failure_not_a_blank(renderer: Renderer) -> None:
    with pytest.raises(jinja2.UndefinedError):
        renderer.text("failure.html", {"path": "/"})


@pytest.mark.parametrize(
    ("error", "status"),
    [(Rejected("mend it"), 400), (Transient("the database is away"), 503), (ValueError("insides"), 500)],
)
def test_an_error_is_shown_with_what_to_do_and_none_of_our_insides(error: Exception, status: int) -> None:
    failure = failure_of(error)
    assert failure.status == status
    assert failure.remedy
    assert "insides" not in failure.detail
