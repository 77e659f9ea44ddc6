"""`python -m crossdock` is `crossdock`."""

from __future__ import annotations

from crossdock.cli.app import main

if __name__ == "__main__":
    main()
