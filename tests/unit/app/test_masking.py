"""Personal data put out for whoever may not see it: the fields that are marked on the language, and no others."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest

from crossdock.app.masking import ANSWER, MASK, is_personal, masked, masked_json, masked_text, personal_paths
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.parts import FieldChange
from crossdock.canonical.personal import contracts_by_path, paths_of
from crossdock.kernel.codec import encode_json
from crossdock.testing.samples import build

ORDER = {
    "order_no": "SO-1",
    "customer": {"no": "C1", "name": "Mia Kraus", "contacts": [{"kind": "email", "value": "mia@example.com"}]},
    "ship_to": {
        "name": "Kraus",
        "location_no": "L1",
        "address": {"country": "DE", "city": "Berlin", "lines": ["Hauptstr. 1"], "postal": "10115"},
    },
    "location": {"name": "Hamburg Hub", "address": {"country": "DE", "city": "Hamburg"}},
    "driver": "Jo",
    "geo": {"lat": 1, "lon": 2},
    "photos": [],
    "receiver": "",
}


def test_what_is_about_a_person_is_put_out_and_nothing_else() -> None:
    assert json.loads(masked_text(json.dumps(ORDER))) == {
        "order_no": "SO-1",
        "customer": {"no": "C1", "name": MASK, "contacts": [{"kind": "email", "value": MASK}]},
        "ship_to": {
            "name": MASK,
            "location_no": "L1",
            "address": {"country": "DE", "city": MASK, "lines": [MASK], "postal": MASK},
        },
        "location": {"name": "Hamburg Hub", "address": {"country": "DE", "city": "Hamburg"}},
        "driver": MASK,
        "geo": MASK,
        "photos": [],
        "receiver": "",
    }


def test_of_a_local_extension_what_is_called_a_persons_is_put_out() -> None:
    ext = {"nl": {"person_planner": "Mia Kraus", "dock": "7"}, "ops": {"by": "Jo"}}
    hidden = {"nl": {"person_planner": MASK, "dock": "7"}, "ops": {"by": MASK}}
    assert masked({"ext": ext, "person_planner": "no extension"}) == {"ext": hidden, "person_planner": "no extension"}
    assert masked({"events": [{"ext": ext}]}, ANSWER) == {"events": [{"ext": hidden}]}
    assert is_personal(("order", "ext", "nl", "person_planner"))
    change = {"path": "ext.nl.person_planner", "old": "Mia", "new": "Ida"}
    assert masked(change) == change | {"old": MASK, "new": MASK}
    dock = {"path": "ext.nl.dock", "old": "7", "new": "8"}
    assert masked(dock) == dock


@pytest.mark.parametrize("document", ["", "{", "not json Mia Kraus"])
def test_what_cannot_be_read_is_put_out_whole(document: str) -> None:
    assert masked_text(document) == MASK
    assert masked_json(document.encode()) == b'"%s"' % MASK.encode()


def test_a_list_of_values_stays_what_it_is() -> None:
    assert msgspec.json.decode(masked_text("[1, null]")) == [1, None]


def test_no_marked_field_of_any_fact_is_left_in_an_answer() -> None:
    for name, kind in EVENT_TYPES.items():
        told = msgspec.json.decode(encode_json({"items": [{"payload": build(kind.payload)}]}))
        left = msgspec.json.decode(masked_json(encode_json(told)))
        for path in paths_of(kind.payload):
            assert found(told, path), f"the sample of {name} says nothing at {path}"
            assert all(value in (MASK, [MASK]) for value in found(left, path)), (name, path)


def found(value: object, path: tuple[str, ...]) -> list[object]:
    """Every value whose path ends so, list places left out; worked out unlike the masker does."""
    if isinstance(value, list):
        return [one for item in value for one in found(item, path)]
    if not isinstance(value, dict):
        return []
    below = [one for child in value.values() for one in found(child, path)]
    return below + ends(value, path)


def ends(value: object, path: tuple[str, ...]) -> list[object]:
    """What stands at this path below a value."""
    if not path:
        return [value]
    if isinstance(value, list):
        return [one for item in value for one in ends(item, path)]
    return ends(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


def test_states_hold_nothing_personal_that_the_language_does_not_name() -> None:
    states = {machine.state_type for registry in REGISTRIES.values() for machine in registry.machines}
    assert {path for state in states for path in paths_of(state)} <= personal_paths()


def test_a_change_of_a_personal_field_is_told_without_what_it_was_and_is() -> None:
    for path in ("ship_to.postal", "contacts[0].value", "CD:W/1.consignee.name", "ship_to.address.lines"):
        assert masked({"path": path, "old": "10115", "new": ""}) == {"path": path, "old": MASK, "new": ""}
        assert masked({"field": path, "before": ["x"], "after": None}) == {
            "field": path,
            "before": [MASK],
            "after": None,
        }
    kept = msgspec.to_builtins(FieldChange("lines[10].qty", "1", "2"))
    assert masked(kept) == kept


def test_a_key_may_be_a_path() -> None:
    assert masked({"CD:W/1.consignee.name": "Mia", "ORD.state": "OPEN"}, ANSWER) == {
        "CD:W/1.consignee.name": MASK,
        "ORD.state": "OPEN",
    }


def test_bytes_of_a_fact_are_masked_and_any_others_are_left_out() -> None:
    fact = encode_json({"type": "order.approved", "payload": ORDER})
    shown = masked({"body": base64.b64encode(fact).decode(), "edited": base64.b64encode(b"UNB+Mia").decode()}, ANSWER)
    assert isinstance(shown, dict)
    assert shown["edited"] == ""
    assert json.loads(base64.b64decode(shown["body"]))["payload"]["customer"]["name"] == MASK
    for other in ("Mia!", base64.b64encode(b'{"name": "Mia"}').decode(), base64.b64encode(b'["Mia"]').decode()):
        assert masked({"body": other}, ANSWER) == {"body": ""}


def test_a_customers_own_order_is_masked_like_everything_else() -> None:
    order = {"order_no": "SO-1", "ship_to": ["Mia", "Hauptstr. 1"], "shipments": [{"proofs": [{"receiver": "Mia"}]}]}
    shown = {"order_no": "SO-1", "ship_to": [MASK], "shipments": [{"proofs": [{"receiver": MASK}]}]}
    assert masked(order, ANSWER) == shown
    assert masked({"items": [order]}, ANSWER) == {"items": [shown]}


def test_every_personal_field_is_of_a_contract() -> None:
    by_path = contracts_by_path()
    assert by_path["payload", "receiver"] == ("pod.captured",)
    assert "order.approved" in by_path["ship_to", "name"]
    assert is_personal(("data", "payload", "ship_to", "name"))
    assert not is_personal(("warehouse", "name"))
