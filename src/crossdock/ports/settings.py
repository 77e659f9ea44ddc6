"""How a connector reads the settings of a partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from crossdock.kernel.errors import Permanent

S = TypeVar("S", bound=msgspec.Struct)


def read_settings(connector: str, kind: type[S], settings: Mapping[str, object]) -> S:
    """A partner's settings as the struct of its connector; keys it has not are told by `check`, not here.

    Raises:
        Permanent: a value is not in the contract; the steward must mend the partner file.
    """
    try:
        return msgspec.convert(dict(settings), kind)
    except msgspec.ValidationError as error:
        raise Permanent(f"settings of this {connector} partner: {error}") from error
