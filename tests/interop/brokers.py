"""RabbitMQ, Mosquitto and Kafka, each on free ports of the loopback with all its data in one folder."""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.servers import HOST, Server, free_port, listens, missing, program, serving

USER, PASSWORD = "partner", "loopback"
# Where `make test-interop` puts what it fetches with Maven.
JARS = Path(__file__).parents[2] / "build" / "interop"


class Broker:
    """A running broker: where it is, and the program."""

    def __init__(self, url: str, server: Server) -> None:
        self.url = url
        self.server = server

    async def stop(self) -> None:
        """End it; others of the same event loop go on."""
        await asyncio.to_thread(self.server.stop)

    async def start(self) -> None:
        """Start it again on what it kept."""
        await asyncio.to_thread(self.server.start)


@contextmanager
def rabbitmq(folder: Path) -> Iterator[Broker]:
    """RabbitMQ with one user; `epmd`, which Erlang leaves running, gets a port of its own and is ended too."""
    start = program("rabbitmq-server", "rabbitmq-server")
    port, epmd_port = free_port(), free_port()
    config = folder / "rabbitmq.conf"
    config.write_text(
        f"listeners.tcp.1 = {HOST}:{port}\n"
        f"default_user = {USER}\ndefault_pass = {PASSWORD}\nloopback_users = none\n"
        "log.console = true\nlog.console.level = warning\nlog.file = false\n"
        "disk_free_limit.absolute = 50MB\n"
    )
    (folder / "plugins").write_text("[].\n")
    env = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"interop{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(config),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": HOST,
        "ERL_CRASH_DUMP": str(folder / "crash.dump"),
    }
    server = Server([without_su(start)], folder / "rabbitmq.out", lambda: listens(port), env)
    try:
        with serving(server):
            yield Broker(f"amqp://{HOST}:{port}/%2F", server)
    finally:
        subprocess.run(
            [program("epmd", "erlang-base"), "-port", str(epmd_port), "-kill"], check=False, capture_output=True
        )


def without_su(start: str) -> str:
    """Debian's own command changes to another user, who may not read our folder; the one behind it does not."""
    inner = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return str(inner) if inner.exists() else start


@contextmanager
def mosquitto(folder: Path) -> Iterator[Broker]:
    """Mosquitto that keeps its sessions on disk and lets the user write everywhere but below `forbidden/`."""
    start = program("mosquitto", "mosquitto")
    port = free_port()
    passwords, rights, config = folder / "passwords", folder / "rights", folder / "mosquitto.conf"
    rights.write_text(f"user {USER}\ntopic readwrite fleet/#\ntopic write out/#\ntopic read out/#\n")
    passwords.touch(0o600)
    subprocess.run(
        [program("mosquitto_passwd", "mosquitto"), "-b", str(passwords), USER, PASSWORD],
        check=True,
        capture_output=True,
    )
    config.write_text(
        f"listener {port} {HOST}\nallow_anonymous false\npassword_file {passwords}\nacl_file {rights}\n"
        f"persistence true\npersistence_location {folder}/\nautosave_interval 1\nautosave_on_changes true\n"
        f"user {pwd.getpwuid(os.getuid()).pw_name}\n"
    )
    with serving(Server([start, "-c", str(config)], folder / "mosquitto.out", lambda: listens(port))) as server:
        yield Broker(f"mqtt://{HOST}:{port}", server)


@contextmanager
def kafka(folder: Path) -> Iterator[Broker]:
    """One Kafka that is broker and controller at once."""
    java = program("java", "default-jre-headless")
    jars = JARS / "kafka"
    if not list(jars.glob("kafka-server-*.jar")):
        missing("Kafka", "run `make test-interop`, which fetches its jars with Maven")
    port, controller_port = free_port(), free_port()
    config = folder / "server.properties"
    config.write_text(
        f"process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@{HOST}:{controller_port}\n"
        f"listeners=PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}\n"
        f"advertised.listeners=PLAINTEXT://{HOST}:{port}\ncontroller.listener.names=CONTROLLER\n"
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
        f"log.dirs={folder}/data\nnum.partitions=1\nauto.create.topics.enable=false\n"
        "offsets.topic.replication.factor=1\noffsets.topic.num.partitions=1\n"
        "transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
        "transaction.state.log.num.partitions=1\ngroup.initial.rebalance.delay.ms=0\n"
        "group.min.session.timeout.ms=1000\nlog.flush.interval.messages=1\n"
    )
    run = [java, "-Xmx384m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]
    subprocess.run(
        [*run, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", str(config)],
        check=True,
        capture_output=True,
    )
    server = Server([*run, "kafka.Kafka", str(config)], folder / "kafka.out", lambda: listens(port))
    with serving(server):
        yield Broker(f"{HOST}:{port}", server)
