"""What one enterprise run is told: where the hub is, who may speak how, which orders, which faults. One JSON file."""

from __future__ import annotations

from pathlib import Path

import msgspec

HOST = "127.0.0.1"
HANG_S = 6.0
# These post with `?mode=queued`: the hub answers once their bytes are durable, and a worker does the rest.
QUEUED_PEERS = frozenset({"tms", "lmd"})
# These speak X12 in files, all over a folder of the hub's but for the one that has a server of its own.
X12_PEERS = frozenset({"wms-b", "nvtr", "kestrel"})
FILE_PEERS = X12_PEERS | {"customs"}
SFTP_PEER = "kestrel"
SFTP_USER = "crossdock"


class PeerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One simulated system: `port` of its own door (0: it has none), `api_key` or `secret` as its proof at the hub."""

    id: str
    port: int = 0
    api_key: str = ""
    secret: str = ""


class TrytonConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A real ERP in place of the simulated one: where its models begin and its remote calls, the key of the clerk who
    sells, and the password with which the clerk signs in to take the money."""

    url: str
    rpc_url: str
    clerk_key: str
    clerk_password: str


class EnterpriseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `python -m crossdock.demo.enterprise` needs.

    Attributes:
        folder: where the journals are written.
        exchange: the hub's exchange folder; a file peer's files are in `<exchange>/<peer>/{in,out}`.
        control_port: where this process tells about itself (`/status`, `/books`, `/faults`).
        order_gap_s: real seconds between two orders. `pace_s`: real seconds a step of work takes on average.
        tms_rate_per_s: the TMS's rate limit, with a burst of twice as many.
        hang_s: how long a call hangs that is never answered; more than the hub's timeout.
        host: where its doors listen.
        host_key: the file with the private key of Kestrel's SFTP server; absent, it has only its folders.
        tryton: the real ERP; absent, the ERP is simulated.
    """

    hub_url: str
    folder: str
    exchange: str
    control_port: int
    peers: dict[str, PeerConfig]
    orders: int = 20
    seed: int = 1
    plan: str = "default"
    order_gap_s: float = 0.2
    pace_s: float = 0.12
    tms_rate_per_s: float = 30.0
    hang_s: float = HANG_S
    host: str = HOST
    host_key: str = ""
    tryton: TrytonConfig | None = None


def read_config(path: Path) -> EnterpriseConfig:
    """Read the file.

    Raises:
        msgspec.ValidationError: it is not the contract.
    """
    return msgspec.json.decode(path.read_bytes(), type=EnterpriseConfig)
