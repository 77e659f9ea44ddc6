"""Ports of this machine: one that was told is nobody else's, and its server's."""

from __future__ import annotations

import socket

import pytest

from crossdock.runtime.engines.loopback import HOST, free_ports

MANY = tuple(f"door {number}" for number in range(50))


def test_every_name_has_a_port_of_its_own_and_a_later_asking_gets_none_of_them() -> None:
    first, second = free_ports(MANY), free_ports(MANY)
    assert len({*first.values(), *second.values()}) == 2 * len(MANY)


def test_a_port_that_was_told_is_refused_to_a_stranger() -> None:
    port = free_ports(("door",))["door"]
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind((HOST, port))


def test_its_server_may_have_it_and_have_it_again() -> None:
    port = free_ports(("door",))["door"]
    for _ in range(2):
        with socket.create_server((HOST, port)), socket.create_connection((HOST, port)):
            pass


def test_who_calls_there_before_is_refused() -> None:
    port = free_ports(("door",))["door"]
    with socket.socket() as caller:
        assert caller.connect_ex((HOST, port)) != 0
