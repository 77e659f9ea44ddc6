"""Query strings of standards (EPCIS, DCSA): each parameter is declared with its schema, an unknown one is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from crossdock.app.faces import Question
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import Call
from crossdock.web.api.problems import Problem

TEXT: dict[str, object] = {"type": "string", "maxLength": 500}
INSTANT: dict[str, object] = {"type": "string", "format": "date-time"}
COUNT: dict[str, object] = {"type": "integer", "minimum": 1, "maximum": 200}
PLACE: dict[str, object] = {"type": "string", "maxLength": 64}
VALUES_MAX, VALUE_CHARS_MAX = 20, 500


class Asked:
    """The parameters of one call, checked against those declared."""

    def __init__(self, request: Call, declared: Mapping[str, object]) -> None:
        self._given: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            if name not in declared:
                raise Problem("parameter-wrong", f"{name[:60]} is no parameter of this query")
            if name in self._given or len(value) > VALUE_CHARS_MAX:
                raise Problem("parameter-wrong", f"{name} is given once, with at most {VALUE_CHARS_MAX} characters")
            self._given[name] = value

    def text(self, name: str) -> str:
        """A parameter as it stands, empty where it is not given."""
        return self._given.get(name, "")

    def count(self, name: str, default: int) -> int:
        """A number of items between 1 and 200."""
        given = self._given.get(name)
        if given is None:
            return default
        if not (given.isascii() and given.isdecimal() and len(given) <= 3 and 1 <= int(given) <= 200):
            raise Problem("parameter-wrong", f"{name} is a number from 1 to 200")
        return int(given)

    def instant(self, *names: str) -> datetime | None:
        """The first of these that is given, as an instant with a zone."""
        name = next((one for one in names if one in self._given), "")
        if not name:
            return None
        # A plus sign that was not escaped reads as a blank (HTML form encoding), and an instant has none.
        told = self._given[name].replace(" ", "+")
        try:
            found = datetime.fromisoformat(told)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise Problem("parameter-wrong", f"{name} is an instant with a zone, 2026-06-01T08:00:00Z")

    def words(self, names: Mapping[str, object], separator: str) -> dict[str, frozenset[str]]:
        """Values by field, of those fields that are given."""
        return dict(self._words(names, separator))

    def question(
        self, caller: Caller, words: dict[str, frozenset[str]], times: Mapping[str, tuple[str, ...]]
    ) -> Question:
        """What is asked; a partner's key hears only that partner."""
        since, until, recorded_since, recorded_until = (
            self.instant(*times.get(name, ())) for name in ("since", "until", "recorded_since", "recorded_until")
        )
        return Question(words, since, until, recorded_since, recorded_until, caller.partner)

    def _words(self, names: Mapping[str, object], separator: str) -> Iterator[tuple[str, frozenset[str]]]:
        for name in names:
            if name in self._given:
                values = [one for one in self._given[name].split(separator) if one]
                if not 1 <= len(values) <= VALUES_MAX:
                    raise Problem("parameter-wrong", f"{name} has 1 to {VALUES_MAX} values")
                yield name, frozenset(values)
