"""Seeds of fuzzing reach every map that makes facts: damage to a message no map reads proves nothing of one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import CONVERTERS, shipped
from crossdock.mediation.library import Library
from tests.fuzz.corpora import golden
from tests.fuzz.dialects import ears

LIBRARY = Library(shipped([]), {}, CONVERTERS)
MAPPED = [kind for kind in KINDS if LIBRARY.book(kind).kinds]


def read_by_maps(kind: str) -> Iterator[str]:
    """The document each fact of our own samples was made of: the second word of `EDIFACT INVOIC D:96A:UN`."""
    for body in golden(kind):
        for ear in ears(kind):
            for fact in ear.decoder.decode(body, "", ear.context).facts:
                yield json.loads(fact.body)["source"]["message_type"].split()[1]


@pytest.mark.parametrize("kind", MAPPED)
def test_every_map_makes_a_fact_of_some_seed(kind: str) -> None:
    assert set(LIBRARY.book(kind).kinds) - set(read_by_maps(kind)) == set()
