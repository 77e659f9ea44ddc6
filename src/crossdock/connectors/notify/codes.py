"""Words of channel targets that we fill in, and the language letters have where the asked one is missing."""

from __future__ import annotations

ADDRESS = "{address}"
SECRET = "{secret}"  # noqa: S105  (where the secret goes, not a secret)
FALLBACK = "en"
INTERNAL = "notify_internal"
