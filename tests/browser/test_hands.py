"""What people do by hand about cases, commands and facts: every button pressed in a browser, its effect in the hub."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import People, leave
from tests.browser.erp import Erp

pytestmark = pytest.mark.browser

QUARANTINE = "/console/messages/quarantine"
# Said beside the contract, and registered nowhere: a fact nobody can use.
UNREGISTERED = {"nowhere": {"gate": "7"}}


def open_case(page: Page, erp: Erp, code: str, about: str) -> str:
    """Open the page of a case once it has its deadlines, from the list; where the API has it."""
    page.goto("/console/work")
    row = page.get_by_role("row").filter(has_text=about).filter(has_text=code).first
    expect(row.locator("[data-th=Deadline]")).to_contain_text(re.compile("^in "))
    row.get_by_role("link", name=code).click()
    return "/v1/cases/" + page.url.rpartition("/")[2]


def do(page: Page, act: str, reason: str, **fields: str) -> None:
    """Press a button of a case, with its fields filled in, and see it among what was done."""
    page.get_by_label("Why", exact=True).fill(reason)
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name=act, exact=True).click()
    expect(page.get_by_role("region", name="What was done")).to_contain_text(reason)


def case_of(erp: Erp, address: str) -> dict[str, object]:
    """A case as the API tells it."""
    case = erp.read(address)["case"]
    assert isinstance(case, dict)
    return case


def test_every_hand_a_case_offers_moves_it(operator: Page, erp: Erp) -> None:
    erp.tell("SO-90000010")
    address = open_case(operator, erp, "CSR-02", "SO-90000010")
    do(operator, "Note", "the customer was called")
    assert case_of(erp, address)["state"] == "OPEN"
    do(operator, "Assign", "hers to decide", Whom="Ana Ruiz")
    assert case_of(erp, address)["assignee"] == "Ana Ruiz"
    do(operator, "Wait", "they look it up", Whom="credit desk", For_how_many_hours="2")
    assert case_of(erp, address)["waits_for"] == "credit desk"
    do(operator, "Resume", "they answered")
    assert case_of(erp, address)["state"] == "IN_PROGRESS"
    do(operator, "Snooze", "not before noon", For_how_many_hours="3")
    assert case_of(erp, address)["until"]
    do(operator, "Escalate", "it is a large customer")
    assert case_of(erp, address)["escalations"] == 1
    do(operator, "Dismiss", "the order is called off")
    assert case_of(erp, address)["state"] == "DISMISSED"
    do(operator, "Reopen", "it is not")
    assert case_of(erp, address)["state"] == "ASSIGNED"


def test_a_grave_case_is_dismissed_by_two(operator: Page, people: People, erp: Erp) -> None:
    erp.tell("SO-90000011", ext=UNREGISTERED)
    address = open_case(operator, erp, "INT-02", "SO-90000011")
    do(operator, "Dismiss", "nobody needs it")
    assert case_of(erp, address)["state"] == "OPEN"
    second = people("admin").new_page()
    second.goto(operator.url)
    do(second, "Dismiss", "nor do I")
    assert case_of(erp, address)["state"] == "DISMISSED"
    leave(second)


def row_of(page: Page, number: str) -> Locator:
    """The row of an order that is in quarantine."""
    page.goto(QUARANTINE)
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=f"order.approved {number}"))


def test_a_fact_in_quarantine_is_mended_in_its_place(admin: Page, erp: Erp) -> None:
    erp.tell(number := "SO-90000012", ext=UNREGISTERED)
    row = row_of(admin, number)
    row.get_by_text("Mend", exact=True).click()
    fact = row.get_by_label("The fact as it should have been")
    fact.fill(re.sub(r',"ext":\{.*?\}\}', "", fact.input_value()))
    row.get_by_label("Why it is changed").fill("the gate is not said in an order")
    row.get_by_role("button", name="Take this instead").click()
    expect(row_of(admin, number)).to_have_count(0)
    assert erp.knows(number)


def test_a_fact_in_quarantine_is_tried_again_or_given_up(operator: Page, erp: Erp) -> None:
    erp.tell(number := "SO-90000013", ext=UNREGISTERED)
    row = row_of(operator, number)
    row.get_by_label("Why", exact=True).fill("was it registered meanwhile?")
    row.get_by_role("button", name="Try again").click()
    expect(row_of(operator, number)).to_contain_text("registered nowhere")
    row = row_of(operator, number)
    row.get_by_label("Why", exact=True).fill("the order comes by mail")
    row.get_by_role("button", name="Give up").click()
    expect(row_of(operator, number)).to_have_count(0)
    assert not erp.knows(number)


@pytest.mark.proves("PF-04")
def test_a_refused_command_is_sent_again_from_its_case(operator: Page, erp: Erp) -> None:
    erp.released("SO-90000014")
    operator.goto("/console/work")
    case = operator.get_by_role("row").filter(has_text="SO-90000014").filter(has_text="create_fulfilment_order")
    case.get_by_role("link", name="INT-07").click()
    expect(operator.get_by_role("heading", name="Commands it is about")).to_be_visible()
    operator.get_by_role("link", name="create_fulfilment_order").click()
    runs = operator.get_by_role("region", name="Runs").get_by_role("row")
    expect(runs).to_have_count(2)
    key = operator.locator("dt:has-text('Idempotency key') + dd").inner_text()
    address = operator.url
    operator.get_by_label("Why").fill("the item is kept there now")
    operator.get_by_role("button", name="Send again").click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("Deliveries")
    operator.goto(address)
    expect(runs).to_have_count(3)
    by_hand = operator.get_by_role("region", name="What was done by hand")
    expect(by_hand).to_contain_text("operator@example.com retried: the item is kept there now")
    expect(operator.locator("dt:has-text('Idempotency key') + dd")).to_have_text(key)


def test_what_was_asked_for_by_hand_is_withdrawn(operator: Page, erp: Erp) -> None:
    erp.tell("SO-90000015")
    operator.goto("/console/orders/SO-90000015")
    operator.get_by_text("Act on it", exact=True).click()
    form = operator.get_by_role("form", name="Cancel the order")
    form.get_by_label("Why").fill("ordered twice")
    form.get_by_role("button", name="Cancel the order").click()
    waiting = operator.get_by_role("region", name=re.compile(r"^Ask \d+$"))
    waiting.get_by_label("Why").fill("it was not")
    waiting.get_by_role("button", name="Withdraw it").click()
    expect(operator.get_by_role("region", name=re.compile(r"^Ask \d+$"))).to_have_count(0)
    operator.get_by_text("What was asked for before").click()
    expect(operator.get_by_role("group", name="What was asked for by hand")).to_contain_text("ordered twice")
    assert "CANCEL" not in str(erp.read("/v1/orders/SO-90000015"))


def test_all_checks_are_run_now_and_the_chain_of_acts_holds(operator: Page, erp: Erp) -> None:
    operator.goto("/console/reconciliation")
    operator.get_by_label("Why all checks run now").fill("before the shift begins")
    operator.get_by_role("button", name="Run all now").click()
    # It is due once a day; the scheduler takes them one after another, as fast as the machine is.
    while '"RC-27"' not in erp.request.get("/v1/reconciliations").text():
        operator.reload()
    operator.reload()
    expect(operator.get_by_role("row", name=re.compile("^RC-27"))).not_to_contain_text("not run yet")
    operator.goto("/console/audit")
    expect(operator.get_by_role("table")).to_contain_text("before the shift begins")
    operator.get_by_role("link", name="Check the chain").click()
    expect(operator.get_by_role("status").filter(has_text="acts checked")).to_have_class(re.compile("good"))
