"""Governance: contracts and their lives, who owns which facts, capabilities, stewards."""

from __future__ import annotations

from litestar import Response, get

from crossdock.ports.principal import Verb
from crossdock.web.console.params import Deps, Name, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who


@get("/console/governance", guards=[May(Verb.READ)])
async def governance_page(request: Call, deps: Deps, signed: Who, words: Words = "") -> Response[str]:
    """What was promised, whether it is kept, and who answers for what."""
    found = deps.council.governance(words)
    return show(request, deps, signed, "governance.html", "governance", found=found, words=words)


@get("/console/governance/processes/{process:str}", guards=[May(Verb.READ)])
async def process_page(request: Call, deps: Deps, signed: Who, process: Name) -> Response[str]:
    """One process: its states and ways drawn, and every row of its table."""
    found = deps.council.process(process)
    if found is None:
        raise NoSuchPage
    return show(request, deps, signed, "process.html", "governance", found=found)


HANDLERS = (governance_page, process_page)
