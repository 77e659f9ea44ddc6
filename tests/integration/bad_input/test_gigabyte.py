"""Lines of a gigabyte, at every reader and every door that is a stream: refused, in a process that cannot hold one.

What cannot be refused before it is held: a message of a broker (AMQP, MQTT, Kafka, NATS) comes whole, so there the
broker's own limit and the prefetch bound what we hold (docs/guides/operate.md).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.house.sources import ROOT
from tests.integration.bad_input.gigabyte import GB, PLACES_TOLD, READERS, ROOM_BYTES

MB = 1 << 20
TAKEN_BYTES_MAX = 128 * MB
WAIT_S = 300
# One arena, so that the address space grows with what is held and not with the number of threads.
ENVIRON = {**os.environ, "MALLOC_ARENA_MAX": "1"}
CHILD = [sys.executable, "-m", "tests.integration.bad_input.gigabyte"]
POST = b"POST /v1/partners/ERP1/messages HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\n"
TYPED = POST + b"Content-Type: application/x-ndjson\r\n"
LINE = b"A" * MB
# How a gigabyte may be said over HTTP: the beginning, what is said again and again, and the answer to it.
SAID = {
    "a body of an announced length": (TYPED + b"Content-Length: %d\r\n\r\n" % GB, LINE, b"413"),
    "a body in chunks": (TYPED + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n" % (MB, LINE), b"413"),
    "a header": (POST + b"X-Long: ", LINE, b"431"),
    "a path": (b"GET /v1/", LINE, b"431"),
    "a header of a later request": (b"GET /v1/health/live HTTP/1.1\r\nHost: h\r\n\r\n" + POST + b"X: ", LINE, b"431"),
    "headers": (POST, b"X-Other: a\r\n" * 80_000, b"431"),
    "the extension of a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n1;a=", LINE, b"431"),
    "a trailer": (POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ", LINE, b"431"),
}


def ran(group: str) -> dict[str, str]:
    """What the process of one group told; it ends by itself, or it held too much."""
    done = subprocess.run([*CHILD, group], cwd=ROOT, env=ENVIRON, capture_output=True, timeout=WAIT_S, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    rows = (line.split("\t", 1) for line in done.stdout.decode().splitlines() if "\t" in line)
    return {row[0]: row[1] for row in rows}


@pytest.fixture(scope="module")
def read() -> dict[str, str]:
    """What each reader made of it."""
    return ran("readers")


@pytest.fixture(scope="module")
def picked() -> dict[str, str]:
    """What each place gave of it."""
    return ran("places")


@pytest.mark.parametrize("name", READERS)
def test_a_reader_refuses_it_by_its_length(name: str, read: dict[str, str]) -> None:
    assert read[name].endswith("-SIZE")


@pytest.mark.parametrize(("name", "told"), PLACES_TOLD.items())
def test_a_place_gives_it_unread(name: str, told: str, picked: dict[str, str]) -> None:
    assert told in picked[name]


@dataclass
class Door:
    """A serving process, confined."""

    process: subprocess.Popen[str]
    port: int
    key: bytes


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """Serves until the module is done, and did not need the room of a gigabyte."""
    with subprocess.Popen(
        [*CHILD, "door"], cwd=ROOT, env=ENVIRON, stdin=-1, stdout=-1, stderr=-1, text=True
    ) as process:
        assert process.stdout is not None
        port, _, key = process.stdout.readline().strip().partition("\t")
        yield Door(process, int(port), key.encode())
        told, errors = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0, errors[-2000:]
        peak_mb = int(next(line for line in told.splitlines() if line.startswith("peak")).partition("\t")[2])
        assert peak_mb * MB < ROOM_BYTES


def answered(line: socket.socket, status: bytes) -> bool:
    """Whether an answer of this status lies on the line."""
    said = b""
    while b" %s " % status not in said:
        more = line.recv(4096)
        if not more:
            return False
        said += more
    return True


def spoken(door: Door, name: str) -> tuple[int, bool]:
    """How many bytes the door took before it ended the connection, and whether it said why."""
    begin, again, status = SAID[name]
    with socket.create_connection(("127.0.0.1", door.port), timeout=WAIT_S) as line:
        taken = 0
        try:
            line.sendall(begin % door.key if b"%s" in begin else begin)
            while taken < GB:
                line.sendall(again)
                taken += len(again)
        except OSError:
            # Closed while we were speaking; what it said before lies there.
            pass
        return taken, answered(line, status)


@pytest.mark.parametrize("name", SAID)
def test_the_door_ends_it_long_before(name: str, door: Door) -> None:
    # On a machine that stands still for seconds a connection between two requests may be over for its silence instead.
    for _ in range(5):
        taken, told = spoken(door, name)
        assert taken <= TAKEN_BYTES_MAX
        if told:
            return
    pytest.fail("it was never told why")
