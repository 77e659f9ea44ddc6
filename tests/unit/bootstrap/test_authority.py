"""`authority.toml` is read with the project, and everything wrong with it is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.reading import ConfigurationError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_example(tmp_path / "project")
    return tmp_path / "project"


def test_the_scaffold_brings_one_and_it_is_part_of_the_policy(project: Path) -> None:
    (rule,) = read_project(project, MANIFESTS).policy.authority.claims
    assert (rule.partner, rule.take) == ("nvtr", "evidence")
    (project / "authority.toml").unlink()
    assert read_project(project, MANIFESTS).policy.authority.claims == ()


WRONG = """[[claims]]
id = "a"
partner = "nobody"
on = ["tracking.milestone"]

[[claims]]
id = "b"
partner = "nvtr"
on = ["tracking.milestone:ARRIVED"]
over = ["somebody"]

[[claims]]
id = "d"
partner = "nvtr"
on = ["tracking.milestones"]

[[claims]]
id = "c"
partner = "erp"
on = ["tracking.milestone"]
"""


def test_what_is_wrong_is_told_with_file_and_line(project: Path) -> None:
    (project / "authority.toml").write_text(WRONG)
    with pytest.raises(ConfigurationError) as refused:
        read_project(project, MANIFESTS)
    told = [str(problem) for problem in refused.value.problems]
    assert [one.partition(": ")[0] for one in told] == [f"authority.toml:{line}" for line in (3, 10, 9, 15, 20)]
    assert "no partner nobody is connected; there are: erp, nvtr" in told[0]
    assert "no partner somebody" in told[1]
    assert "tracking.milestone:ARRIVED is no milestone" in told[2]
    assert "no fact is called tracking.milestones" in told[3]
    assert "ERP erp may not say tracking.milestone at all" in told[4]


def test_a_rule_that_contradicts_itself_is_told_where_it_stands(project: Path) -> None:
    (project / "authority.toml").write_text(
        '[[claims]]\nid = "a"\npartner = "nvtr"\non = ["order.approved"]\ntake = "confirmed"\n'
    )
    with pytest.raises(ConfigurationError, match=r"authority\.toml:1: claims\.0: only milestones"):
        read_project(project, MANIFESTS)


def test_it_has_a_file_of_its_own(project: Path) -> None:
    (project / "policies" / "mine.toml").write_text("[authority]\n")
    with pytest.raises(ConfigurationError, match=r"policies/mine.toml:1: authority: stands in authority.toml"):
        read_project(project, MANIFESTS)
