"""Reading a NATS server's own status pages (its monitoring port), which need no client."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import msgspec

from crossdock.kernel.errors import Transient

ANSWER_MAX_BYTES = 1024 * 1024
ANSWER_TIMEOUT_S = 2.0


class JetStreamConfig(msgspec.Struct, frozen=True):
    """The part of `/varz` that says how JetStream keeps what it acknowledges."""

    store_dir: str = ""
    sync_always: bool = False
    domain: str = ""


class JetStreamState(msgspec.Struct, frozen=True):
    """Absent `config` means JetStream is off."""

    config: JetStreamConfig | None = None


class ClusterState(msgspec.Struct, frozen=True):
    """`urls` are the routes to the other servers; none on a single one."""

    urls: tuple[str, ...] = ()


class Variables(msgspec.Struct, frozen=True):
    """What we read of `/varz`."""

    server_name: str
    version: str
    jetstream: JetStreamState = JetStreamState()
    cluster: ClusterState = ClusterState()


class Leaves(msgspec.Struct, frozen=True):
    """What we read of `/leafz`."""

    leafnodes: int = 0


class Healthy(msgspec.Struct, frozen=True):
    """What we read of `/healthz`."""

    status: str = ""


class Led(msgspec.Struct, frozen=True):
    """Who leads a stream of a cluster."""

    leader: str = ""


class StreamState(msgspec.Struct, frozen=True):
    """A stream as a server sees it."""

    name: str
    cluster: Led = Led()


class AccountState(msgspec.Struct, frozen=True):
    """The streams of one account."""

    stream_detail: tuple[StreamState, ...] = ()


class Streams(msgspec.Struct, frozen=True):
    """What we read of `/jsz`."""

    account_details: tuple[AccountState, ...] = ()


_variables = msgspec.json.Decoder(Variables)
_streams = msgspec.json.Decoder(Streams)
_leaves = msgspec.json.Decoder(Leaves)
_healthy = msgspec.json.Decoder(Healthy)


async def variables(monitor_url: str) -> Variables:
    """The server's name, version and settings.

    Raises:
        Transient: no such answer within two seconds.
    """
    try:
        return _variables.decode(await _get(monitor_url, "/varz"))
    except msgspec.MsgspecError as error:
        raise Transient(f"{monitor_url} does not answer like a NATS server: {error}") from error


async def stream_leader(monitor_url: str, stream: str) -> str:
    """The server that leads a stream, as this server knows; empty where there is none, or no such stream.

    Raises:
        Transient: no such answer within two seconds.
    """
    try:
        told = _streams.decode(await _get(monitor_url, "/jsz?accounts=true&streams=true"))
    except msgspec.MsgspecError as error:
        raise Transient(f"{monitor_url} does not answer like a NATS server: {error}") from error
    return next(
        (one.cluster.leader for each in told.account_details for one in each.stream_detail if one.name == stream), ""
    )


async def links(monitor_url: str) -> int:
    """How many links to other servers are up that are no part of its cluster.

    Raises:
        Transient: no such answer within two seconds.
    """
    try:
        return _leaves.decode(await _get(monitor_url, "/leafz")).leafnodes
    except msgspec.MsgspecError as error:
        raise Transient(f"{monitor_url} does not answer like a NATS server: {error}") from error


async def is_healthy(monitor_url: str) -> bool:
    """Whether JetStream has recovered its streams and takes messages; false also while nothing answers."""
    try:
        return _healthy.decode(await _get(monitor_url, "/healthz?js-enabled-only=true")).status == "ok"
    except (Transient, msgspec.MsgspecError):
        return False


async def _get(monitor_url: str, path: str) -> bytes:
    parts = urlsplit(monitor_url)
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: {parts.hostname}\r\n\r\n".encode())
                answer = b""
                while (more := await reader.read(ANSWER_MAX_BYTES)) and len(answer) < ANSWER_MAX_BYTES:
                    answer += more
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        raise Transient(f"{monitor_url} does not answer: {str(error) or 'no answer in time'}") from error
    return answer.partition(b"\r\n\r\n")[2]
