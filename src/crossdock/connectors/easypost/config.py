"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.kernel.errors import Permanent


class Config(msgspec.Struct, frozen=True):
    """It has none of its own: `auth` and how it signs are read by our door. Keys nobody knows are told by `check`."""

    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """Check a partner's settings.

    Raises:
        Permanent: a value is of the wrong type; the steward must mend the partner file.
    """
    try:
        return msgspec.convert(dict(settings), Config)
    except msgspec.ValidationError as error:
        raise Permanent(f"settings of a easypost partner: {error}") from error
