"""The catalogue site: whole, linked throughout, the same each time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from crossdock.app.catalogue.book import Proved, bind
from crossdock.app.catalogue.processes import BY_NAME, PROCESSES
from crossdock.bootstrap.catalogue import given
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.testing.proofs import specification
from crossdock.web.catalogue.site import site
from tests.house.sources import PACKAGE

EXAMPLE = PACKAGE / "bootstrap" / "offline" / "example"
LINK = re.compile(r'href="([^"#]*)(?:#([^"]*))?"')
ANCHOR = re.compile(r' id="([^"]*)"')


def made() -> dict[str, str]:
    """The site of the example project."""
    proofs = tuple(Proved(*item, ("unit/test_one.py::test_it",)) for item in specification())
    return site(bind(given(EXAMPLE, {"ERP_TOKEN": "t", "NVTR_KEY": "k"}, proofs)))


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    """The site, made once."""
    return made()


def test_every_link_leads_to_a_page_and_a_place_that_is_there(pages: Mapping[str, str]) -> None:
    places = {name: set(ANCHOR.findall(text)) | {""} for name, text in pages.items()}
    dead = [
        f"{name}: {page}#{place}"
        for name, text in pages.items()
        for page, place in set(LINK.findall(text))
        if place not in places.get(page or name, ())
    ]
    assert dead == []


def test_no_page_names_a_place_twice(pages: Mapping[str, str]) -> None:
    twice = [name for name, text in pages.items() if len(set(ANCHOR.findall(text))) < len(ANCHOR.findall(text))]
    assert twice == []


def test_every_row_of_every_table_stands_in_its_process_drawn_and_told(pages: Mapping[str, str]) -> None:
    for process in PROCESSES:
        page = pages[f"process-{process.name}.html"]
        drawn, _, told = page.partition("</svg>")
        for row in process.rows:
            assert f' id="{row.id}"' in told
        assert {row.id for row in process.rows if f">{row.id}</a>" in drawn}, process.name


def test_every_transition_of_the_specification_appears(pages: Mapping[str, str]) -> None:
    told = pages["coverage.html"]
    assert [one.id for one in specification() if f'<tr id="{one.id}">' not in told] == []


def test_every_contract_and_connector_has_its_page(pages: Mapping[str, str]) -> None:
    wanted = {f"event-{name}.html" for name in EVENT_TYPES} | {f"command-{name}.html" for name in COMMAND_TYPES}
    assert wanted <= pages.keys()
    assert "system-x12.html" in pages


def test_what_a_fact_leads_to_is_told_from_system_to_system(pages: Mapping[str, str]) -> None:
    page = pages["event-shipment.handed_over.html"]
    assert 'href="process-fulfilment.html#FO-16"' in page
    assert 'href="command-post_goods_issue.html"' in page
    assert 'href="process-fulfilment.html#FO-16"' in pages["command-post_goods_issue.html"]
    assert 'href="system-wms_json.html"' in page


def test_the_project_is_in_it_with_its_stewards_and_code_lists(pages: Mapping[str, str]) -> None:
    assert 'id="nvtr"' in pages["systems.html"]
    assert "charges" in pages["codes.html"]


def test_the_site_is_the_same_each_time(pages: Mapping[str, str]) -> None:
    assert made() == dict(pages)


def test_without_a_project_it_tells_what_every_installation_has(tmp_path: Path) -> None:
    book = bind(given(tmp_path))
    assert book.given.partners == ()
    assert book.kinds
    assert book.given.proofs == ()


def test_every_process_with_a_table_is_in_it() -> None:
    folders = {path.parent.name for path in (PACKAGE / "process").glob("*/table.py")}
    # Business states are a table of labels: nothing moves in it.
    assert folders - {"business_state"} == set(BY_NAME)


def test_a_local_extension_stands_on_its_page_and_on_the_contracts_it_adds_to(pages: Mapping[str, str]) -> None:
    assert 'id="nvtr"' in pages["extensions.html"]
    assert 'href="extensions.html#nvtr">ext.nvtr.terminal' in pages["event-freight.invoiced.html"]
