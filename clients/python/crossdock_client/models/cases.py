"""What `cases` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import CommandView, Fact

WorkState = Literal['ASSIGNED', 'AUTO_RESOLVED', 'DISMISSED', 'IN_PROGRESS', 'OPEN', 'RESOLVED', 'WAITING']
ActView = TypedDict("ActView", {
    "act": Required[str],
    "after": Required[str],
    "at": Required[str],
    "before": Required[str],
    "hash": Required[str],
    "id": Required[int],
    "key": Required[str],
    "object": NotRequired[str],
    "person": Required[str],
    "reason": Required[str],
})
CaseDetail = TypedDict("CaseDetail", {
    "actions": Required[list[str]],
    "acts": Required[list[str]],
    "case": Required["CaseLine"],
    "claims": Required[list["Fact"]],
    "commands": Required[list["CommandView"]],
    "ident": Required[str],
    "proof": Required[str],
    "remedy": Required[str],
    "rule": Required[str],
    "timeline": Required[list["ActView"]],
})
CaseLine = TypedDict("CaseLine", {
    "alerts": NotRequired[int],
    "assignee": NotRequired[str],
    "cause_closed": NotRequired[str],
    "cause_open": NotRequired[str],
    "closed": NotRequired[Union[str, None]],
    "code": Required[str],
    "cost": NotRequired[Union[str, None]],
    "detail": Required[str],
    "dossier": Required[int],
    "due_ack": NotRequired[Union[str, None]],
    "due_resolve": NotRequired[Union[str, None]],
    "escalations": NotRequired[int],
    "id": Required[int],
    "name": Required[str],
    "occurrences": Required[int],
    "opened": Required[str],
    "price": NotRequired[Union["CasePrice", None]],
    "proposer": NotRequired[str],
    "queue": Required[str],
    "reopened": NotRequired[int],
    "severity": Required[int],
    "slot": NotRequired[str],
    "state": Required["WorkState"],
    "subject": Required[str],
    "until": NotRequired[Union[str, None]],
    "waits_for": NotRequired[str],
    "why_graver": NotRequired[str],
})
CasePrice = TypedDict("CasePrice", {
    "amount": Required[str],
    "at_most": NotRequired[Union[str, None]],
    "currency": Required[str],
    "per_hour": Required[str],
})
Page_CaseLine_ = TypedDict("Page_CaseLine_", {
    "items": Required[list["CaseLine"]],
    "next": NotRequired[str],
})

__all__ = ['ActView', 'CaseDetail', 'CaseLine', 'CasePrice', 'Page_CaseLine_', 'WorkState']
