"""An identity provider of the test's own (oidc-provider, which is certified), and a browser that signs in there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx2

from tests.interop.servers import HOST, Server, free_port, missing, program, serving

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "interop" / "identity"
SCRIPT = Path(__file__).parent / "identity" / "provider.cjs"
CLIENT, SECRET = "crossdock", "the hub's own secret"
MACHINE, MACHINE_SECRET = "wms-a-machine", "the machine's own secret"
HUB = "http://localhost"
STEPS_MAX = 12


@contextmanager
def provider(folder: Path, people: Mapping[str, object], *, conform: bool) -> Iterator[str]:
    """A provider that knows these people; its issuer. With `conform` it tells claims only when asked for them."""
    if not (MODULES / ".of").exists():
        missing("oidc-provider", "run `make test-interop`, which installs it with npm")
    node = program("node", "nodejs")
    port, ready = free_port(), folder / "ready"
    clients = [
        {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [f"{HUB}/signin/callback"]},
        {
            "client_id": MACHINE,
            "client_secret": MACHINE_SECRET,
            "redirect_uris": [],
            "response_types": [],
            "grant_types": ["client_credentials"],
        },
    ]
    plan = {"port": port, "ready": str(ready), "clients": clients, "people": people, "conform": conform}
    (folder / "plan.json").write_text(json.dumps(plan | {"machines": {MACHINE: {"crossdock_partner": "wms-a"}}}))
    command = [node, str(SCRIPT), str(MODULES), str(folder / "plan.json")]
    with serving(Server(command, folder / "provider.out", ready.exists)):
        yield f"http://{HOST}:{port}"


async def sign_in_there(address: str, login: str) -> str:
    """A browser that signs in and consents, until the provider sends it back to the hub; that address."""
    async with httpx2.AsyncClient() as browser:
        answer = await browser.get(address)
        for _ in range(STEPS_MAX):
            if answer.is_redirect:
                address = urljoin(str(answer.url), answer.headers["location"])
                if address.startswith(HUB):
                    return address
                answer = await browser.get(address)
                continue
            action = re.search(r'action="([^"]+)"', answer.text)
            assert action is not None, answer.text
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert prompt is not None, answer.text
            form = {"prompt": prompt[1], "login": login, "password": "x"}
            answer = await browser.post(urljoin(str(answer.url), action[1]), data=form)
    raise AssertionError("the provider never sent the browser back")
