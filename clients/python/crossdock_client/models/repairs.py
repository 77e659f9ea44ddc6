"""What `repairs` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

How = Literal['added', 'restated', 'said_again', 'taken_back']
ItemState = Literal['applied', 'broken', 'gathered', 'planned', 'refused']
PlanState = Literal['applying', 'approved', 'done', 'planning', 'proposed', 'withdrawn']
CaseMove = TypedDict("CaseMove", {
    "code": Required[str],
    "detail": Required[str],
    "opened": Required[bool],
    "slot": Required[str],
    "subject": Required[str],
})
Command = TypedDict("Command", {
    "amount": NotRequired[str],
    "currency": NotRequired[str],
    "digest": Required[str],
    "key": Required[str],
    "partner": Required[str],
    "sent": NotRequired[str],
    "type": Required[str],
})
Counts = TypedDict("Counts", {
    "applied": NotRequired[int],
    "broken": NotRequired[int],
    "looked": NotRequired[int],
    "planned": NotRequired[int],
    "refused": NotRequired[int],
})
Item = TypedDict("Item", {
    "at": NotRequired[Union[str, None]],
    "detail": NotRequired[str],
    "digest": NotRequired[str],
    "dossier": Required[int],
    "heirs": NotRequired[dict[str, int]],
    "ident": Required[str],
    "n": Required[int],
    "outcome": NotRequired[Union["Outcome", None]],
    "plan": Required[str],
    "state": Required["ItemState"],
    "statements": NotRequired[list["Statement"]],
})
Outcome = TypedDict("Outcome", {
    "cases": NotRequired[list["CaseMove"]],
    "changes": NotRequired[list["RepairChange"]],
    "dispositions": NotRequired[list[str]],
    "facts": NotRequired[list[str]],
    "money": NotRequired[dict[str, str]],
    "omitted": NotRequired[int],
    "out": NotRequired[list["Command"]],
    "repeated": NotRequired[int],
    "rest": Required[str],
    "suppressed": NotRequired[list["Command"]],
    "timers": NotRequired[list["TimerMove"]],
    "touched": Required[list["Touched"]],
    "unasked": NotRequired[list["Command"]],
})
Page_Plan_ = TypedDict("Page_Plan_", {
    "items": Required[list["Plan"]],
    "next": NotRequired[str],
})
Plan = TypedDict("Plan", {
    "approved": NotRequired[Union[str, None]],
    "approver": NotRequired[str],
    "approver_key": NotRequired[str],
    "as_of": Required[str],
    "counts": NotRequired["Counts"],
    "created": Required[str],
    "cursor": NotRequired[int],
    "digest": NotRequired[str],
    "edited": NotRequired[Union[str, None]],
    "ended": NotRequired[Union[str, None]],
    "heard": NotRequired[str],
    "id": Required[str],
    "money": NotRequired[dict[str, str]],
    "policy": Required[str],
    "proposer": Required[str],
    "proposer_key": Required[str],
    "reason": Required[str],
    "selection": Required["Selection"],
    "state": Required["PlanState"],
})
PlanPage = TypedDict("PlanPage", {
    "items": Required[list["Item"]],
    "next": NotRequired[str],
    "plan": Required["Plan"],
})
Selection = TypedDict("Selection", {
    "case": NotRequired[int],
    "code": NotRequired[str],
    "everything": NotRequired[bool],
    "message": NotRequired[str],
    "order": NotRequired[str],
    "partner": NotRequired[str],
    "since": NotRequired[Union[str, None]],
    "type": NotRequired[str],
    "until": NotRequired[Union[str, None]],
})
Statement = TypedDict("Statement", {
    "body": Required[str],
    "dossier": Required[int],
    "how": Required["How"],
    "key": Required[str],
    "message": Required[str],
    "partner": Required[str],
    "received": Required[str],
})
TimerMove = TypedDict("TimerMove", {
    "about": Required[str],
    "after": Required[Union[str, None]],
    "before": Required[Union[str, None]],
    "name": Required[str],
    "scope": Required[str],
})
Touched = TypedDict("Touched", {
    "dossier": Required[int],
    "ident": Required[str],
    "version": Required[int],
})
RepairChange = TypedDict("RepairChange", {
    "after": Required[Any],
    "before": Required[Any],
    "field": Required[str],
})

__all__ = ['CaseMove', 'Command', 'Counts', 'How', 'Item', 'ItemState', 'Outcome', 'Page_Plan_', 'Plan', 'PlanPage', 'PlanState', 'Selection', 'Statement', 'TimerMove', 'Touched', 'RepairChange']
