"""The page of personal fields: which there are, in which contracts they occur, and who is shown them."""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.app.access import Scope
from crossdock.app.masking import MASK, OF_ACTS, OF_STATES, personal_paths
from crossdock.canonical.personal import contracts_by_path
from crossdock.ports.principal import VERBS, Verb

NAMED_MAX = 4
# Who reads, what opens it to them, and what they have otherwise. The tests named in decision 51 hold each row.
READERS = (
    ("`/v1`, every answer in JSON, and the stream of events", f"the scope `{Scope.PERSONAL_READ}`", f"`{MASK}`"),
    ("`/v1`, bytes as received: kept messages, documents", f"the scope `{Scope.PERSONAL_READ}`", "`403 scope-missing`"),
    ("webhooks of systems", f"made with a key of the scope `{Scope.PERSONAL_READ}`", f"`{MASK}`"),
    ("webhooks, news and stream of customers", "nobody", "they hold none"),
    ("console", "{roles}", f"`{MASK}`"),
    ("portal in the browser", "customers, of their own orders", "nothing"),
    ("facts that cross to other cells", "`personal = true` in `[cells]`", f"`{MASK}`"),
    ("the schema `analytics`, and exported files", "nobody", "they hold none"),
    ("spans and log lines", "nobody", "they hold none"),
)


def pages() -> dict[str, str]:
    """The page, by file name."""
    return {"personal-data.md": "\n".join(_lines())}


def _lines() -> Iterator[str]:
    yield "<!-- made from the code by `make docs`: change the code, not this page -->"
    yield ""
    yield "# Personal data"
    yield ""
    yield "Which fields are about a person, and who is shown them. Why it is so: [privacy](../concepts/privacy.md)."
    yield ""
    yield "| where it is read | who sees it | what others have |"
    yield "| --- | --- | --- |"
    roles = ", ".join(role.value for role, verbs in VERBS.items() if Verb.SEE_PERSONAL_DATA in verbs)
    for where, who, otherwise in READERS:
        yield f"| {where} | {who.format(roles=f'the role {roles}')} | {otherwise} |"
    yield ""
    yield "A field stands by the last names of its path; `payload` is the top of a fact, a command or an entity."
    yield ""
    yield "| field | in |"
    yield "| --- | --- |"
    of_language = contracts_by_path()
    for path, contracts in of_language.items():
        more = f" and {len(contracts) - NAMED_MAX} more" if len(contracts) > NAMED_MAX else ""
        yield f"| `{'.'.join(path)}` | {', '.join(f'`{one}`' for one in contracts[:NAMED_MAX])}{more} |"
    for path in sorted(personal_paths() - of_language.keys()):
        yield f"| `{'.'.join(filter(None, path))}` | {_elsewhere(path)} |"
    yield ""


def _elsewhere(path: tuple[str, ...]) -> str:
    if path in OF_ACTS:
        return "`ext` of what is said by hand"
    return "states" if path in OF_STATES else "an order as its customer reads it"
