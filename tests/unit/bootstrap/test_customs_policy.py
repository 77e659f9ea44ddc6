"""The chapter `[customs]` of a project's policy (domain.md §9.1), as files say it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crossdock.bootstrap.project import Problem, read_policy
from crossdock.process.policy import Policy

SAID = """
[customs]
gate = "block_handover"
autofix = true
autofix_codes = ["90"]
declared_tol_pct = "2.5"
mandatory = ["hs", "origin"]
declarant = {no = "NL8", eori = "NL8"}
unions = {EU = ["NL", "DE"]}
exit_expected_s = {air = 1296000}
speakers = {EU_AES = ["customs-nl"]}
offices_export = {NL = "NL000510"}
[timers]
tm_hold_review = 3600
"""


def read(tmp_path: Path, text: str) -> tuple[Policy, list[Problem]]:
    """A project with this one file of policy."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "customs.toml").write_text(text)
    problems: list[Problem] = []
    return read_policy(tmp_path, problems), problems


@pytest.mark.proves("customs_gate", "customs_autofix", "declared_tol_pct", "exit_expected", "tm_hold_review", "W-06.7")
def test_customs_is_a_chapter_of_the_policy(tmp_path: Path) -> None:
    """Country by country, by files alone."""
    policy, problems = read(tmp_path, SAID)
    terms = policy.customs
    assert problems == []
    assert (terms.gate, terms.autofix, terms.declared_tol_pct) == ("block_handover", True, Decimal("2.5"))
    assert (terms.shared_union("NL", "DE"), terms.shared_union("NL", "FR")) == ("EU", "")
    assert (terms.way_out("air"), terms.way_out("ltl")) == (1_296_000, 5 * 86_400)
    assert [terms.regime_of(country) for country in ("NL", "GB", "US", "CH")] == ["EU_AES", "UK_CDS", "US_AES", "OTHER"]
    assert policy.timers.tm_hold_review == 3600


def test_a_gate_there_is_none_of_is_a_problem_with_its_place(tmp_path: Path) -> None:
    """Who wrote it can find it."""
    _, problems = read(tmp_path, '[customs]\ngate = "never"\n')
    assert [(one.line, one.key) for one in problems] == [(2, "customs.gate")]
