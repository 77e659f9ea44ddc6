"""The workflow n8n runs for each fact, as its editor would save it, and the tables it writes.

Webhook, keep the fact, read the order, a Code node that says what is due, and the commands if there are any. Keeping
and reading are two statements, so that of two facts of one order at once the later one sees both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise

from benchmarks.peers.peer import Database
from benchmarks.peers.programs.story import COMMANDS

WORKFLOW = "orderToCash00001"
CREDENTIAL = "orders0000000001"
TABLES = """
create table fact (ord text, step text, partner text not null, body jsonb not null, primary key (ord, step));
create table command (ord text, name text, primary key (ord, name));
"""
KEEP = "insert into fact values ($1, $2, $3, $4::jsonb) on conflict do nothing"
READ = """select $1::text as ord, array(select step from fact where ord = $1) as seen,
array(select name from command where ord = $1) as sent"""
SEND = "insert into command select $1, unnest(string_to_array($2, ',')) on conflict do nothing"
CODE = """
const rules = %s;
const { ord, seen, sent } = $input.first().json;
const due = Object.keys(rules).filter(name => !sent.includes(name) && rules[name].every(step => seen.includes(step)));
return [{ json: { ord, due: due.join(',') } }];
"""


def credentials(database: Database, name: str) -> list[dict[str, object]]:
    """Of the orders' database."""
    data = {
        "host": database.host,
        "port": database.port,
        "database": name,
        "user": database.user,
        "password": "unused",
        "ssl": "disable",
    }
    return [{"id": CREDENTIAL, "name": "orders", "type": "postgres", "data": data}]


def workflow() -> dict[str, object]:
    """As JSON takes it."""
    rules = json.dumps({name: sorted(needs) for name, needs in COMMANDS.items()})
    webhook = {"httpMethod": "POST", "path": "fact", "responseMode": "lastNode", "options": {}}
    body = "$json.body"
    nodes = [
        node("Fact", "n8n-nodes-base.webhook", 2, webhook) | {"webhookId": "fact"},
        statement("Keep", KEEP, f"{body}.order", f"{body}.step", f"{body}.partner", f"{body}.body"),
        statement("Read", READ, "$('Fact').first().json.body.order"),
        node("Due", "n8n-nodes-base.code", 2, {"jsCode": CODE % rules}),
        node("Any", "n8n-nodes-base.if", 2.2, {"conditions": condition("={{ $json.due }}"), "options": {}}),
        statement("Send", SEND, "$json.ord", "$json.due"),
    ]
    names = [str(one["name"]) for one in nodes]
    links = {first: {"main": [[link(second)]]} for first, second in pairwise(names)}
    # Without an answer of its own, a fact nothing is due for would be answered with an error.
    nodes.append(node("Nothing", "n8n-nodes-base.noOp", 1, {}))
    links["Any"]["main"].append([link("Nothing")])
    settings = {"executionOrder": "v1"}
    return {"id": WORKFLOW, "name": "Order to cash", "nodes": nodes, "connections": links, "settings": settings}


def node(name: str, kind: str, version: float, parameters: Mapping[str, object]) -> dict[str, object]:
    """One node."""
    return {
        "id": name.lower(),
        "name": name,
        "type": kind,
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    }


def statement(name: str, query: str, *values: str) -> dict[str, object]:
    """A Postgres node that runs one statement with these values."""
    given = {"queryReplacement": f"={{{{ [{', '.join(values)}] }}}}"}
    made = node(name, "n8n-nodes-base.postgres", 2.5, {"operation": "executeQuery", "query": query, "options": given})
    return made | {"credentials": {"postgres": {"id": CREDENTIAL, "name": "orders"}}}


def condition(left: str) -> dict[str, object]:
    """Whether a text is not empty."""
    operator = {"type": "string", "operation": "notEmpty", "singleValue": True}
    options = {"caseSensitive": True, "leftValue": "", "typeValidation": "loose", "version": 2}
    one = {"id": "any", "leftValue": left, "rightValue": "", "operator": operator}
    return {"options": options, "conditions": [one], "combinator": "and"}


def link(to: str) -> dict[str, object]:
    """A line to the next node."""
    return {"node": to, "type": "main", "index": 0}
