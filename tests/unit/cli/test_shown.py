"""What people see: traces with causes, keys without secrets; and what programs read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.app.audit import AuditReport
from crossdock.app.queries import Fact, Trace
from crossdock.canonical.vocabulary import Disposition
from crossdock.cli.shown import complain, finish, print_audit, print_checks, print_json, print_keys, print_trace
from crossdock.ports.audit import Discrepancy, Kind, Sums
from crossdock.ports.backbone import Standing
from crossdock.ports.keys import ApiKey
from crossdock.ports.principal import Reach
from crossdock.ports.views import CommandView
from crossdock.runtime.doctor import Check

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def fact(number: int, kind: str, cause: str = "") -> Fact:
    return Fact(
        id=f"7.{number}",
        type=kind,
        said_by="erp",
        occurred=AT,
        received=AT,
        recorded=AT,
        disposition=Disposition.APPLY,
        subject="order SO-1",
        transitions=("ORD-01 >APPROVED",),
        cause=cause,
        payload=msgspec.Raw(b"{}"),
    )


def trace() -> Trace:
    command = CommandView(5, 7, "wms-a", "release_to_warehouse", "k", "o", "7.2", AT, "delivered", 1, "", "WO-9")
    facts = (fact(1, "order.approved"), fact(2, "order.released", cause="7.1"))
    return Trace("order||SO-1", 7, "RELEASED [1/2]", ("order||SO-1", "fo||SO-1/1"), facts, (command,), ())


def test_a_trace_indents_what_something_caused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert print_trace(trace()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "order||SO-1  RELEASED [1/2]"
    assert lines[1] == "also known as fo||SO-1/1"
    columns = [lines[row].index(word) for row, word in ((2, "order.app"), (4, "order.rel"), (6, "→ release"))]
    assert columns == [columns[0], columns[0] + 2, columns[0] + 4]
    assert lines[3].strip() == "ORD-01 >APPROVED"
    assert lines[7].strip() == "WO-9"


def test_json_is_one_document_with_nothing_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_json(trace()) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["facts"][1]["cause"] == "7.1"
    assert said.err == ""


def test_long_json_lines_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "[bold]" + "x" * 500})
    assert json.loads(capsys.readouterr().out) == {"text": "[bold]" + "x" * 500}


def test_keys_are_listed_without_their_digest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    reach = Reach(sites=("nl-1",), customers=("C1", "C2"))
    gone = ApiKey("bbb", b"\x01", "", ("orders:read",), "old", AT, revoked=AT, reach=reach)
    print_keys([ApiKey("aaa", b"\x02", "wms-a", ("facts:write",), "", AT, expires=AT), gone])
    first, second = capsys.readouterr().out.splitlines()[1:]
    assert first.split() == ["aaa", "wms-a", "facts:write", "all", *["2026-03-02", "08:00"] * 2]
    assert "revoked 2026-03-02 08:00" in second
    assert "sites nl-1; customers C1, C2" in second


def test_a_complaint_goes_to_stderr_and_means_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain("the disk is full: make room") == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "crossdock: the disk is full: make room\n")


@pytest.mark.parametrize("fast", [False, True])
def test_work_is_run_to_its_end(fast: bool) -> None:
    async def work() -> int:
        return 7

    assert finish(work(), fast=fast) == 7


def test_an_audit_shows_its_verdict_its_sums_and_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    sums = Sums(
        dossiers=2,
        events=9,
        dispositions={Disposition.APPLY: 8, Disposition.REJECT: 1, Disposition.HOLD: 0},
        waiting=0,
        quarantine=1,
        messages={},
        message_facts=3,
        message_rows=2,
        deliveries={"open": 4},
        ended={},
        cases_open=0,
    )
    wrong = Discrepancy(Kind.MESSAGE_SUM, "message m-1", "gave 3 facts, 2 are kept")
    print_audit(AuditReport("fail", 1, 0, 0, sums, (wrong,), Standing(waiting=2, given_up=1)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "fail: 1 lost, 0 stuck, 0 doubled; 9 events in 2 dossiers"
    told = {" ".join(line.split()) for line in lines}
    assert {"dispositions 8 APPLY, 1 REJECT", "deliveries 4 open", "ended none", "queued 2 waiting, 1 given up"} <= told
    assert lines[-1] == "message_sum message m-1: gave 3 facts, 2 are kept"


def test_a_doctor_says_what_to_do_only_where_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    print_checks([Check("disk", True, "room enough"), Check("clock", False, "it differs", "Run a time service.")])
    assert capsys.readouterr().out.splitlines() == [
        "ok    room enough",
        "fail  it differs",
        "      Run a time service.",
    ]
