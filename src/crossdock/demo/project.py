"""Writes the integration project the demo runs: one partner file a system, the policy, the settings."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from crossdock.app.slos.objective import CLASSES
from crossdock.demo.assembly import X12_IDS
from crossdock.demo.lateness import as_toml
from crossdock.demo.plan import HOST, SFTP_USER
from crossdock.demo.sftp_server import make_host_key
from crossdock.demo.wishes import RETURNS_SITE
from crossdock.demo.world import SITE_A, SITE_B

DOORS = ("erp", "wms-a", "tms", "flsh", "lmd", "kestrel", "control")
FOLDER_MODE = 0o755
# The simulated systems stand on this machine.
NEAR: Mapping[str, str | bool] = {"kind": "http", "private_network": True}

SETTINGS = """name = "demo"
data = "data"

[http]
port = {port}

[log]
format = "json"
level = "info"
"""

# What breaks here breaks on purpose, within seconds: promises and storms would be cases of the demo, not of the hub.
NO_PROMISES = "".join(f"\n[slos.{name}]\nwithin_s = 1\nenabled = false\n" for name in CLASSES)

# Graces of seconds, because the enterprise tells a day in seconds; everything else is the default.
POLICY = f"""version = "demo"
edi_carriers = ["NVTR", "KSTL"]
proof_required = ["signature"]
served_countries = ["NL", "BE", "DE", "FR", "GB"]
own_fleet_zones = ["59"]

[wms_instances]
"{SITE_A}" = "wms-a"
"{SITE_B}" = "wms-b"

# The clerk looks at the queue of cases; nobody has to be told beside it.
[customs]
hold_queues = []

[cases]
dup_storm_floor = 1000000

[returns]
site = "{RETURNS_SITE}"

[timers]
tm_handover_grace = 3
gap_grace_wms = 2
gap_grace_pod = 3
tm_invoice_ack = 8
variance_recheck = 2
"""

# What is not paid for, and not trusted, is not released.
CHECKED = """credit_required = true
"""
# Tryton as it comes knows neither credit limits nor denied parties: a confirmed sale says nothing of either.
UNCHECKED = """credit_required = false
screening_required = false
"""
# It drafts the invoice of what was delivered itself.
SELF_BILLED = """
[money]
invoiced_by = "erp"
"""


# Written as docs/guides/integration-project.md has it: a second 214 carrier, with status codes of its own, is one file.
KESTREL = """role = "CAR"
connector = "x12"
name = "Kestrel Haulage"
scacs = ["KSTL"]
tz = "America/Chicago"
steward = "transport desk"
acknowledge_within_s = 1800

[settings]
isa_sender = "KSTL"
isa_sender_qualifier = "02"
isa_receiver = "CROSSDOCK"
isa_receiver_qualifier = "ZZ"
scac = "KSTL"

# From Kestrel's implementation guide, section 4.2; D1 means what X12 says.
[settings.milestones]
ZP = "HANDED_OVER"
ZD = "DEPARTED_ORIGIN"
ZT = "ARRIVED_FACILITY"
ZV = "OUT_FOR_DELIVERY"
ZW = "DELAYED"

[transport]
kind = "sftp"
host = "{host}"
port = {port}
user = "{user}"
host_keys = ["{key}"]
every_s = 1.0

[secrets]
sftp_password = "file:secrets/kestrel"

[contact]
name = "Kestrel EDI desk"
email = "edi@kestrel.example"

[expected]
documents = ["214", "990", "997"]
"""
# Its server's own key lies beside the project, not in it: it is Kestrel's.
HOST_KEY = "kestrel-host-key"

# How we are called in EDIFACT.
US = {"receiver": "CROSSDOCK", "receiver_qualifier": "ZZ"}


class Partner(msgspec.Struct, frozen=True):
    """One partner file. `settings` are the connector's, `secrets` names of files below the project."""

    id: str
    role: str
    connector: str
    name: str
    sites: tuple[str, ...] = ()
    scacs: tuple[str, ...] = ()
    settings: Mapping[str, str | float] = {}
    secrets: Mapping[str, str] = {}
    limits: Mapping[str, float | int] = {}
    transport: Mapping[str, str | bool] = {}
    acknowledge_within_s: int = 0


def partners(ports: Mapping[str, int], *, host: str = HOST, tryton: bool = False) -> tuple[Partner, ...]:
    """The systems as the hub is told of them, but for Kestrel, whose file is `KESTREL`."""
    calm = {"timeout_s": 3.0, "breaker_failures": 5, "breaker_open_s": 1.0}
    erp = Partner("erp", "ERP", "erp_json", "ERP", settings=_at(host, ports["erp"]), limits=calm, transport=NEAR)
    real = Partner(
        "erp", "ERP", "tryton", "Tryton",
        settings={**_at(host, ports["erp"]), "poll_s": 2.0}, secrets={"token": "file:secrets/erp"},
        limits={**calm, "timeout_s": 16.0, "concurrency": 1}, transport=NEAR,
    )  # fmt: skip
    return (
        real if tryton else erp,
        Partner(
            "wms-a", "WMS", "wms_json", "Warehouse A", sites=(SITE_A,),
            settings={**_at(host, ports["wms-a"]), "auth": "standard_webhooks"},
            secrets={"webhook": "file:secrets/wms-a"}, limits=calm, transport=NEAR,
        ),
        Partner("wms-b", "WMS", "x12", "Warehouse B", sites=(SITE_B,), settings=_x12("wms-b", site=SITE_B),
            acknowledge_within_s=1800),
        Partner("tms", "TMS", "tms_json", "TMS", settings=_at(host, ports["tms"]),
            limits={**calm, "rate_per_s": 60.0}, transport=NEAR),
        Partner("nvtr", "CAR", "x12", "Carrier NVTR", scacs=("NVTR",), settings=_x12("nvtr", scac="NVTR"),
            acknowledge_within_s=1800),
        Partner("flsh", "CAR", "carrier_json", "Carrier FLSH", scacs=("FLSH",)),
        Partner(
            "customs", "CUS", "edifact", "Customs",
            settings={"sender": "DOUANE", "sender_qualifier": "ZZ", **US},
            acknowledge_within_s=1800,
        ),
        Partner("ops", "OPS", "canonical_json", "Freight clerk"),
        Partner("portal", "PRT", "canonical_json", "Customer portal"),
        Partner("dock", "DOCK", "canonical_json", "Docks of customers"),
        Partner("lmd", "LMD", "last_mile_json", "Last mile", settings=_at(host, ports["lmd"]), limits=calm,
            transport=NEAR),
    )  # fmt: skip


def write_project(
    folder: Path, ports: Mapping[str, int], http_port: int, secret: str, erp_key: str = "", *, host: str = HOST
) -> None:
    """Write it all; `secret` is what WMS-A signs its webhooks with and our password at Kestrel, `erp_key` our key at a
    real ERP if there is one, `host` where the partners are."""
    for name in ("partners", "policies", "secrets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # The embedded database runs as a user of its own where we are root, and has to get through here.
    folder.parent.chmod(FOLDER_MODE)
    folder.chmod(FOLDER_MODE)
    (folder / "crossdock.toml").write_text(SETTINGS.format(port=http_port) + NO_PROMISES)
    policy = UNCHECKED + POLICY + SELF_BILLED if erp_key else CHECKED + POLICY
    (folder / "policies" / "demo.toml").write_text(policy + as_toml())
    (folder / "secrets" / "wms-a").write_text(secret)
    if erp_key:
        (folder / "secrets" / "erp").write_text(erp_key)
    for partner in partners(ports, host=host, tryton=bool(erp_key)):
        (folder / "partners" / f"{partner.id}.toml").write_text(_toml(partner))
    (folder / "secrets" / "kestrel").write_text(secret)
    pinned = make_host_key(folder.parent / HOST_KEY)
    kestrel = KESTREL.format(host=host, port=ports["kestrel"], user=SFTP_USER, key=pinned)
    (folder / "partners" / "kestrel.toml").write_text(kestrel)


def webhook_secret(seed: int) -> str:
    """A Standard Webhooks secret for a run on loopback: any will do, so it comes from the seed."""
    digest = hashlib.sha256(f"crossdock demo {seed}".encode()).digest()
    return f"whsec_{base64.b64encode(digest).decode('ascii')}"


def _at(host: str, port: int) -> dict[str, str]:
    return {"base_url": f"http://{host}:{port}"}


def _x12(peer: str, **more: str) -> dict[str, str]:
    qualifier, number = X12_IDS[peer]
    return {
        "isa_sender": number,
        "isa_sender_qualifier": qualifier,
        "isa_receiver": "CROSSDOCK",
        "isa_receiver_qualifier": "ZZ",
        **more,
    }


def _toml(partner: Partner) -> str:
    rows = [f'{name} = "{getattr(partner, name)}"' for name in ("role", "connector", "name")]
    rows += [f"{name} = {list(getattr(partner, name))}" for name in ("sites", "scacs") if getattr(partner, name)]
    if partner.acknowledge_within_s:
        rows.append(f"acknowledge_within_s = {partner.acknowledge_within_s}")
    for table in ("settings", "secrets", "limits", "transport"):
        entries = getattr(partner, table)
        if entries:
            rows += ["", f"[{table}]", *(f"{key} = {_value(value)}" for key, value in entries.items())]
    return "\n".join(rows).replace("'", '"') + "\n"


def _value(value: str | float | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
