"""`crossdock test` decides golden orders by the project's policies; `crossdock check` names what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.offline.policy_samples import tried
from crossdock.bootstrap.policies import read_policy
from crossdock.bootstrap.reading import Problem
from crossdock.kernel.errors import Rejected
from crossdock.process.policy import Policy

POLICIES = """
default_warehouse = "WH-NL1"
[release]
min_fill_pct = "50"
[[release.rules]]
id = "XR-01"
when = 'order.total > 50000 and ship_to.country == "NO"'
detail = "the account manager confirms it"
[[routes]]
name = "van"
mode = "own_fleet"
countries = ["NL"]
cost = "10"
[[routes]]
name = "parcel"
mode = "parcel"
max_kgm = "30"
cost = "8"
[[override]]
scope = { customer = "C-9" }
[override.release]
modes = { XR-01 = "off" }
"""

ORDER = """
at = 2026-06-01T12:00:00Z
[order]
order_no = "SO-1"
rev = 1
currency = "EUR"
customer = { no = "%s" }
ship_to = { address = { country = "%s", city = "X", postal = "1012" }, tz = "Europe/Amsterdam" }
requested = { latest = 2026-06-09T12:00:00Z }
incoterm = { code = "DAP" }
total = { amount = "60000", currency = "EUR" }
lines = [{ no = "10", item = "IT-1", qty = { value = "4", uom = "EA" }, trade = { gross_kgm = "%s" } }]
[expect]
%s
"""


def policy(folder: Path, text: str = POLICIES) -> tuple[Policy, list[Problem]]:
    (folder / "policies").mkdir()
    (folder / "policies" / "release.toml").write_text(text, "utf-8")
    problems: list[Problem] = []
    return read_policy(folder, problems), problems


@pytest.mark.parametrize(
    ("customer", "country", "kgm", "expect"),
    [
        ("C-1", "NO", "1", 'decision = "blocked"\nfailed = ["XR-01"]\nscope = "default"'),
        ("C-9", "NO", "1", 'decision = "released"\nscope = "customer C-9"\nroute = "parcel"'),
        ("C-1", "NL", "1", 'route = "parcel"\nrefused = { van = "parcel costs less" }\nwarehouses = ["WH-NL1"]'),
        ("C-1", "NL", "10", 'route = "van"\nrefused = { parcel = "too heavy" }'),
        ("C-9", "NO", "10", 'decision = "blocked"\nfailed = ["RR-07"]'),
    ],
)
def test_a_sample_is_what_the_policies_decide(
    tmp_path: Path, customer: str, country: str, kgm: str, expect: str
) -> None:
    rules, problems = policy(tmp_path)
    assert problems == []
    sample = tmp_path / "case.toml"
    sample.write_text(ORDER % (customer, country, kgm, expect), "utf-8")
    name, expected, made = tried(sample, rules)
    assert (name, made) == ("case", expected)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ORDER % ("C", "NL", "1", 'colour = "red"'), "nothing is decided of colour"),
        (ORDER % ("C", "Norway", "1", ""), "not a sample"),
        ((ORDER % ("C", "NL", "1", "")).replace("12:00:00Z\n[order]", "12:00:00\n[order]"), "say the offset"),
        ("[[", "not a sample"),
    ],
)
def test_what_is_no_sample_is_told(tmp_path: Path, text: str, told: str) -> None:
    sample = tmp_path / "case.toml"
    sample.write_text(text, "utf-8")
    with pytest.raises(Rejected) as refused:
        tried(sample, Policy())
    assert told in refused.value.detail


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("order.total > 50000", "policies/release.toml:5: release.rules.0: when: column 1, order.totl: no such field"),
        ('customer = "C-9"', "policies/release.toml:20: override.0.scope: a scope is one of"),
        ('modes = { XR-01 = "off" }', "policies/release.toml:22: override.0.release"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, wrong: str, told: str) -> None:
    mended = {
        "order.total > 50000": "order.totl > 50000",
        'customer = "C-9"': 'customer = "C-9", carrier = "X"',
        'modes = { XR-01 = "off" }': "modez = 1",
    }[wrong]
    _, problems = policy(tmp_path, POLICIES.replace(wrong, mended))
    assert [str(one)[: len(told)] for one in problems] == [told]


def test_what_differs_by_scope_is_written_as_overrides(tmp_path: Path) -> None:
    _, problems = policy(
        tmp_path, 'scope = "x"\n[[override]]\nmax_attempts = 5\n[[override]]\nscope = { tenant = "t" }\nversion = "2"\n'
    )
    assert [str(one) for one in problems] == [
        "policies/release.toml:1: scope: differs by scope only: write [[override]] tables",
        'policies/release.toml:2: override.0: scope is missing: add scope = { customer = "…" }',
        "policies/release.toml:6: override.1.version: is the same everywhere: take it out",
    ]
