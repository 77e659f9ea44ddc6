"""Keeps Tryton ready to start: its own environment and an empty company database, made once and cloned for each run.

Tryton is a program of its own under its own licence. It is installed into an environment of its own, runs as a process
of its own, and we speak with it over HTTP; `found_company.py` is a script for its interpreter, not a module of ours.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from crossdock.demo import world
from crossdock.demo.plan import HOST
from crossdock.kernel.errors import Permanent

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
FOUNDER = HERE / "found_company.py"
MODULES = ("sale", "account_invoice_stock")
ADMIN_EMAIL = "admin@example.com"
# Nobody signs in with it: the demo's users have keys, and the server listens on loopback for one run.
ADMIN_PASSWORD = "crossdock-demo"  # noqa: S105
READY = "ready"
EMPTY = "empty"
DATABASE = "demo"
INSTALL_S, FOUND_S = 600.0, 120.0
TAIL_CHARS = 600
PASSWORD_BYTES = 24

CONFIGURATION = """[database]
uri = sqlite://
path = {folder}
[web]
listen = {host}:{port}
"""


class Keys(msgspec.Struct, frozen=True):
    """The REST keys of the two users: `hub` is Crossdock, `clerk` sells and takes the money."""

    hub: str
    clerk: str


class Founded(msgspec.Struct, frozen=True):
    """One run's Tryton, to be started with `command`; its models are below `url`, `rpc_url` takes remote calls."""

    command: list[str]
    url: str
    rpc_url: str
    keys: Keys
    clerk_password: str


def home() -> Path:
    """Where the installation is kept between runs; another requirements file gets another one."""
    pinned = hashlib.sha256(REQUIREMENTS.read_bytes() + repr((MODULES, sys.version_info[:2])).encode()).hexdigest()
    return Path.home() / ".cache" / "crossdock" / f"tryton-{pinned[:12]}"


async def found(folder: Path, port: int, seed: int) -> Founded:
    """Found a company for this run in `folder`; installs Tryton when this machine has none yet (about a minute).

    Raises:
        Permanent: it cannot be installed or founded; the text says what the tool said.
    """
    try:
        return await asyncio.to_thread(_found, folder, port, seed)
    except OSError as error:
        raise Permanent(f"Tryton could not be made ready: {error}") from error


def _found(folder: Path, port: int, seed: int) -> Founded:
    cellar = home()
    with _alone(cellar):
        if not (cellar / READY).exists():
            _install(cellar)
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "trytond.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, host=HOST, port=port))
    _clone(cellar / f"{EMPTY}.sqlite", folder / f"{DATABASE}.sqlite")
    plan, keys = folder / "plan.json", folder / "keys.json"
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    plan.write_bytes(msgspec.json.encode({**company(seed), "clerk_password": password}))
    _run([_python(cellar), str(FOUNDER), str(configuration), DATABASE, str(plan), str(keys)], FOUND_S)
    command = [str(cellar / "venv" / "bin" / "trytond"), "-c", str(configuration), "-d", DATABASE]
    url = f"http://{HOST}:{port}/{DATABASE}"
    known = msgspec.json.decode(keys.read_bytes(), type=Keys)
    return Founded(command, f"{url}/rest/model", f"{url}/rpc/", known, password)


def company(seed: int) -> dict[str, object]:
    """What `found_company.py` is told: the demo's world as a company's master data."""
    return {
        "company": "Crossdock Demo",
        "currency": "EUR",
        "sale_prefix": world.order_prefix(seed),
        "sale_digits": world.ORDER_DIGITS,
        "warehouses": [world.SITE_A, world.SITE_B],
        "items": [{"no": item.item_no, "price": str(item.price)} for item in world.ITEMS],
        "customers": [
            {
                "no": one.customer_no, "name": one.name, "street": "Havenweg 1", "city": one.city,
                "postal": one.postal, "country": one.country,
            }
            for one in world.CUSTOMERS
        ],
    }  # fmt: skip


def _install(cellar: Path) -> None:
    for leftover in (cellar / "venv", *cellar.glob(f"{EMPTY}.sqlite*")):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
    _run([sys.executable, "-m", "venv", str(cellar / "venv")], INSTALL_S)
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)]
    _run([_python(cellar), *install], INSTALL_S)
    configuration, password = cellar / "trytond.conf", cellar / "password"
    configuration.write_text(CONFIGURATION.format(folder=cellar, host=HOST, port=0))
    password.write_text(ADMIN_PASSWORD)
    (cellar / f"{EMPTY}.sqlite").touch()
    admin = [str(cellar / "venv" / "bin" / "trytond-admin"), "-c", str(configuration), "-d", EMPTY]
    modules = ["-u", *MODULES, "--activate-dependencies", "--email", ADMIN_EMAIL]
    _run([*admin, *modules], INSTALL_S, {"TRYTONPASSFILE": str(password)})
    (cellar / READY).touch()


def _python(cellar: Path) -> str:
    return str(cellar / "venv" / "bin" / "python")


def _clone(source: Path, target: Path) -> None:
    """A consistent copy, also while somebody reads the original."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@contextmanager
def _alone(cellar: Path) -> Iterator[None]:
    """Two runs at once must not install into one folder."""
    cellar.mkdir(parents=True, exist_ok=True)
    with (cellar / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], seconds: float, more: dict[str, str] | None = None) -> None:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home()), "LANG": "C.UTF-8", **(more or {})}
    try:
        done = subprocess.run(  # noqa: S603  (our own script and pinned tools)
            command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Permanent(f"Tryton could not be made ready: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout)[-TAIL_CHARS:]
        raise Permanent(f"Tryton could not be made ready: {' '.join(command[:4])} … ended with {said}")
