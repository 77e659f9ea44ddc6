"""Founds the demo's company in a Tryton database. Runs in Tryton's own environment and process, never in ours.

Nothing of Crossdock imports this file: `demo.tryton.cellar` hands it to Tryton's interpreter. It drives Tryton through
its own client library and leaves, beside the database, the keys of two users: `clerk`, who sells, ships nothing and
takes the money, and `hub`, which has no more rights than the connector's documentation asks for.

    python found_company.py CONFIG DATABASE PLAN.json KEYS.json
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from proteus import Model, Wizard, config  # type: ignore[import-not-found]  # Tryton's environment has it, ours not

# A record of Tryton's: its fields are those of the modules that are installed there.
Record = Any
Plan = dict[str, Any]

OPENING_STOCK = 1_000_000.0
COUNTRIES = {"NL": "Netherlands", "BE": "Belgium", "DE": "Germany", "FR": "France", "GB": "United Kingdom"}
HUB_GROUPS = ("stock.group_stock", "sale.group_sale", "account.group_account")
CLERK_GROUPS = ("sale.group_sale", "account.group_account", "stock.group_stock")


def main(arguments: list[str]) -> int:
    """Found the company of PLAN in DATABASE and write KEYS."""
    configuration, database, plan_file, keys_file = arguments
    session = config.set_trytond(database=database, config_file=configuration)
    plan = json.loads(Path(plan_file).read_text())
    company = open_company(plan)
    session._context.update(Model.get("res.user").get_preferences(True, {}))  # noqa: SLF001  (the library's only way)
    accounts = open_books(company)
    stock_up(plan, products(plan, accounts))
    customers(plan)
    number_sales(plan)
    open_till(company)
    keys = {
        "hub": user("hub", HUB_GROUPS, company),
        "clerk": user("clerk", CLERK_GROUPS, company, plan["clerk_password"]),
    }
    Path(keys_file).write_text(json.dumps(keys))
    return 0


def reference(name: str) -> int:
    """The id of the record a module installed under this name."""
    module, _, key = name.partition(".")
    return int(Model.get("ir.model.data").get_id(module, key, {}))


def open_company(plan: Plan) -> Record:
    """The company with its currency; answers its record."""
    currency = Model.get("currency.currency")(
        name="Euro", symbol="€", code=plan["currency"], rounding=Decimal("0.01"), digits=2
    )
    currency.rates.new(date=dt.date(2020, 1, 1), rate=Decimal(1))
    currency.save()
    party = Model.get("party.party")(name=plan["company"])
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = party
    wizard.form.currency = currency
    wizard.execute("add")
    (company,) = Model.get("company.company").find()
    return company


def open_books(company: Record) -> tuple[Record, Record]:
    """A chart of accounts and an open fiscal year, two years wide; answers (revenue, expense)."""
    chart = Wizard("account.create_chart")
    chart.execute("account")
    chart.form.account_template = Model.get("account.account.template")(reference("account.account_template_root_en"))
    chart.form.company = company
    chart.execute("create_account")
    found = {
        kind: Model.get("account.account").find(
            [("type." + kind, "=", True), ("company", "=", company.id), ("closed", "!=", True)], limit=1
        )[0]
        for kind in ("receivable", "payable", "revenue", "expense")
    }
    chart.form.account_receivable = found["receivable"]
    chart.form.account_payable = found["payable"]
    chart.execute("create_properties")
    open_year(company)
    return found["revenue"], found["expense"]


def open_year(company: Record) -> None:
    """Two calendar years with monthly periods and numbered invoices: a run may fall on New Year's Eve."""
    today = dt.datetime.now(dt.UTC).date()
    kinds = {kind.name: kind for kind in Model.get("ir.sequence.type").find([])}
    strict = Model.get("ir.sequence.strict")
    moves = strict(name="Moves", sequence_type=kinds["Account Move"], company=company)
    moves.save()
    invoices = strict(name="Invoices", sequence_type=kinds["Invoice"], company=company, prefix="INV", padding=6)
    invoices.save()
    year = Model.get("account.fiscalyear")(name=str(today.year), company=company, move_sequence=moves)
    year.start_date = dt.date(today.year - 1, 1, 1)
    year.end_date = dt.date(today.year + 1, 12, 31)
    (numbers,) = year.invoice_sequences
    for name in ("out_invoice", "in_invoice", "out_credit_note", "in_credit_note"):
        setattr(numbers, name + "_sequence", invoices)
    year.save()
    year.click("create_period")


def products(plan: Plan, accounts: tuple[Record, Record]) -> list[Record]:
    """The articles of the plan, sold by the piece."""
    (piece,) = Model.get("product.uom").find([("symbol", "=", "u")])
    revenue, expense = accounts
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_revenue, category.account_expense = revenue, expense
    category.save()
    made = []
    for item in plan["items"]:
        template = Model.get("product.template")(name=item["no"], type="goods", default_uom=piece, salable=True)
        template.account_category = category
        template.list_price = Decimal(item["price"])
        (product,) = template.products
        product.suffix_code = item["no"]
        template.save()
        made.append(template.products[0])
    return made


def stock_up(plan: Plan, goods: list[Record]) -> None:
    """The warehouses of the plan, each with more of everything than any run can sell."""
    location = Model.get("stock.location")
    (first,) = location.find([("type", "=", "warehouse")])
    for position, code in enumerate(plan["warehouses"]):
        warehouse = first if position == 0 else location(location.copy([first.id], {})[0])
        warehouse.name = warehouse.code = code
        warehouse.save()
        count = Model.get("stock.inventory")(location=warehouse.storage_location, empty_quantity="keep")
        for product in goods:
            count.lines.new(product=product, quantity=OPENING_STOCK)
        count.save()
        count.click("confirm")


def customers(plan: Plan) -> None:
    """The customers, each with the one address goods go to, and the term they pay by."""
    country = Model.get("country.country")
    countries = {}
    for code, name in COUNTRIES.items():
        countries[code] = country(name=name, code=code)
        countries[code].save()
    term = Model.get("account.invoice.payment_term")(name="At once")
    term.lines.new(type="remainder")
    term.save()
    for one in plan["customers"]:
        party = Model.get("party.party")(name=one["name"], code=one["no"], customer_payment_term=term)
        (address,) = party.addresses
        address.street_unstructured = one["street"]
        address.city, address.postal_code, address.country = one["city"], one["postal"], countries[one["country"]]
        party.save()


def number_sales(plan: Plan) -> None:
    """Sales numbered as the demo's world numbers them, so that both books speak of the same order."""
    sequence = Model.get("sale.configuration")(1).sale_sequence
    sequence.prefix, sequence.padding, sequence.number_next = plan["sale_prefix"], plan["sale_digits"], 0
    sequence.save()


def open_till(company: Record) -> None:
    """How customers pay: into cash."""
    (cash,) = Model.get("account.account").find([("code", "=", "1.1.1"), ("company", "=", company.id)])
    (journal,) = Model.get("account.journal").find([("type", "=", "cash")], limit=1)
    till = Model.get("account.invoice.payment.method")(name="Cash", company=company, journal=journal)
    till.credit_account = till.debit_account = cash
    till.save()


def user(login: str, groups: tuple[str, ...], company: Record, password: str | None = None) -> str:
    """A user of these groups and nothing more; answers its key for the REST interface."""
    kind = Model.get("res.user")
    made = kind(name=login, login=login, password=password)
    made.companies.append(Model.get("company.company")(company.id))
    made.company = company
    for name in groups:
        made.groups.append(Model.get("res.group")(reference(name)))
    made.save()
    key = Model.get("res.user.application")(user=made, application="rest")
    key.save()
    if key.state != "validated":
        key.click("validate_")
    return str(key.key)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
