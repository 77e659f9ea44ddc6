"""Opens a gateway for one test run: its one user and that user's key. Runs in Karrio's environment, never in ours.

python open_gateway.py KEYS.json
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django  # type: ignore[import-not-found]  # Karrio's environment has it, ours not

os.environ["DJANGO_SETTINGS_MODULE"] = "karrio.server.settings"
django.setup()

from django.contrib.auth import get_user_model  # type: ignore[import-not-found]  # noqa: E402  (Django must be set up)
from karrio.server.user.models import Token  # type: ignore[import-not-found]  # noqa: E402  (the same)

user = get_user_model().objects.create_superuser("hub@example.com", "crossdock-test")
key, _ = Token.objects.get_or_create(user=user)
Path(sys.argv[1]).write_text(json.dumps({"hub": key.key}))
