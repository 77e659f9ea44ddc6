"""The benchmark's own installation: the four partners of the trace, the systems their commands go to, engines in a
folder. Nothing is delivered; but a command nobody is there to take opens a case, which is not what is measured."""

from __future__ import annotations

from pathlib import Path

from crossdock.bench.trace import PARTNERS, WAREHOUSE
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner

SETTINGS = """
name = "bench"
[http]
port = 0
[log]
level = "warning"
[limits.rate]
per_s = 1000000.0
burst = 1000000000
[ingest]
batch_max = 1000
"""

# Who takes commands: connector and role, and the site of a warehouse.
EARS = {
    "erp-api": ("erp_json", Role.ERP, ()),
    "wms-api": ("wms_json", Role.WMS, (WAREHOUSE,)),
    "tms-api": ("tms_json", Role.TMS, ()),
}


def write_project(folder: Path) -> Path:
    """Write it; returns the folder."""
    partners = folder / "partners"
    partners.mkdir(parents=True, exist_ok=True)
    (folder / "crossdock.toml").write_text(SETTINGS)
    ears = [Partner(name, role, connector, sites=sites) for name, (connector, role, sites) in EARS.items()]
    for partner in (*PARTNERS.values(), *ears):
        lines = [f'role = "{partner.role.value}"', f'connector = "{partner.connector}"']
        lines += [f"sites = {list(partner.sites)}"] if partner.sites else []
        lines += [f"scacs = {list(partner.scacs)}"] if partner.scacs else []
        (partners / f"{partner.id}.toml").write_text("\n".join(lines) + "\n")
    return folder
