"""The demo's terms for what is late: a policy the hub reads, and a price for every case that costs money."""

from __future__ import annotations

from pathlib import Path

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.project import read_project
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.demo.lateness import TERMS, prices
from crossdock.demo.project import DOORS, webhook_secret, write_project
from crossdock.runtime.engines.loopback import free_ports

# Too little was charged; weights, clocks and zones that are put right; a portal that says so itself; a break whose
# owner is looked for has a price once it has one.
FREE = {"FIN-02", "WHS-11", "INT-08", "MDM-05", "CSR-07", "INT-11"}


def test_every_case_that_costs_money_has_one_price() -> None:
    codes = [code for term in TERMS for code in term.codes.split()]
    assert len(codes) == len(set(codes))
    assert set(codes) | FREE == set(EXCEPTION_TYPES)
    assert set(codes) & FREE == set()


def test_the_policy_of_the_demo_says_what_the_terms_say(tmp_path: Path) -> None:
    write_project(tmp_path / "project", free_ports(DOORS), 1, webhook_secret(1))
    read = read_project(tmp_path / "project", MANIFESTS, {})
    assert read.policy.cases.prices == prices()
