"""The benchmark's own installation: the four partners of the trace, nothing to deliver to, engines in a folder."""

from __future__ import annotations

from pathlib import Path

from crossdock.bench.trace import PARTNERS

SETTINGS = """
name = "bench"
[http]
port = 0
[log]
level = "warning"
[limits.rate]
per_s = 1000000.0
burst = 1000000
[ingest]
batch_max = 1000
"""


def write_project(folder: Path) -> Path:
    """Write it; returns the folder."""
    partners = folder / "partners"
    partners.mkdir(parents=True, exist_ok=True)
    (folder / "crossdock.toml").write_text(SETTINGS)
    for partner in PARTNERS.values():
        lines = [f'role = "{partner.role.value}"', f'connector = "{partner.connector}"']
        lines += [f"sites = {list(partner.sites)}"] if partner.sites else []
        lines += [f"scacs = {list(partner.scacs)}"] if partner.scacs else []
        (partners / f"{partner.id}.toml").write_text("\n".join(lines) + "\n")
    return folder
