"""A Karrio server of the test's own, with one carrier that prints its own labels."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.servers import HOST, Server, free_port, listens, missing, serving

PLACE = Path(__file__).parents[2] / "build" / "interop" / "karrio"
OPENER = Path(__file__).parent / "karrio" / "open_gateway.py"
ACCOUNT = "house"
WAIT_S = 120


class Gateway:
    """A running server. `key` opens its API."""

    def __init__(self, port: int, key: str) -> None:
        self.url = f"http://{HOST}:{port}"
        self.key = key

    def open_account(self) -> None:
        """Connect the carrier that needs nobody else: it numbers parcels and prints labels itself."""
        credentials = {
            "display_name": "House Parcel", "custom_carrier_name": "house_parcel", "account_country_code": "NL",
        }  # fmt: skip
        body = {"carrier_name": "generic", "carrier_id": ACCOUNT, "credentials": credentials, "test_mode": False}
        call = urllib.request.Request(
            f"{self.url}/v1/connections",
            json.dumps(body).encode(),
            {"Authorization": f"Token {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(call, timeout=WAIT_S) as reply:
            assert reply.status == 201


@contextmanager
def karrio(folder: Path) -> Iterator[Gateway]:
    """A gateway whose data are in this folder."""
    if not (PLACE / ".of").exists():
        missing("Karrio", "run `make test-interop`, which installs it from the Python index")
    database, keys, port = folder / "karrio.sqlite3", folder / "keys.json", free_port()
    shutil.copy(PLACE / "empty.sqlite3", database)
    environment = {
        "WORK_DIR": str(folder), "SECRET_KEY": "test", "DATABASE_ENGINE": "sqlite3", "DATABASE_NAME": str(database),
        "ALLOWED_HOSTS": HOST, "DEBUG_MODE": "True", "DJANGO_SETTINGS_MODULE": "karrio.server.settings",
    }  # fmt: skip
    python = str(PLACE / "venv" / "bin" / "python")
    subprocess.run([python, str(OPENER), str(keys)], env=environment, check=True, capture_output=True, timeout=WAIT_S)
    command = [python, "-m", "karrio.server", "runserver", "--noreload", f"{HOST}:{port}"]
    with serving(Server(command, folder / "karrio.out", lambda: listens(port), environment)):
        gateway = Gateway(port, json.loads(keys.read_text())["hub"])
        gateway.open_account()
        yield gateway
