"""The generated client is what the API would write today, and says of every operation what the document says."""

from __future__ import annotations

import inspect

import msgspec
import pytest
from crossdock_client import Client
from crossdock_client.transport import Transport, path_of, problem_of, target

from crossdock.cli.client import files
from crossdock.web.api.app import described
from tests.house.sources import ROOT
from tests.house.test_budgets import FILE_MAX

FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_regenerating_gives_the_same_bytes(name: str) -> None:
    told = "run `python -m crossdock.cli.client --write clients/python` and commit the file"
    assert (ROOT / "clients" / "python" / name).read_text() == FILES[name], told


@pytest.mark.parametrize("name", FILES)
def test_file_is_no_longer_than_one_written_by_hand(name: str) -> None:
    assert len(FILES[name].splitlines()) <= FILE_MAX


def test_every_operation_has_a_method_with_its_parameters() -> None:
    spec = msgspec.json.decode(described())
    for methods in spec["paths"].values():
        for operation in methods.values():
            method = inspect.signature(getattr(Client, operation["operationId"]))
            required = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert [name for name in method.parameters if name in required] == required


def test_names_are_escaped_and_absent_parameters_left_out() -> None:
    assert path_of("/v1/orders/{order_no}", {"order_no": "SO/1 ?"}) == "/v1/orders/SO%2F1%20%3F"
    assert target("/v1/x", {"limit": 5, "cursor": None, "snoozed": True}) == "/v1/x?limit=5&snoozed=true"


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"\xff"])
def test_refusal_without_a_problem_in_it_is_still_one(answer: bytes) -> None:
    assert "detail" in problem_of(answer)


@pytest.mark.parametrize("url", ["ftp://hub", "hub:8080", "", "http://"])
def test_address_that_is_none_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="no http"):
        Transport(url, "cdk_x", timeout_s=1)
