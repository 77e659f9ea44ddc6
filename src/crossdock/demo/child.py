"""A role of a hub with a planted bug: `python -m crossdock.demo.child PLANT ROLE PROJECT DATA HOST PORT`."""

from __future__ import annotations

import sys

from crossdock.bootstrap.child import main
from crossdock.demo.plants import PLANTS

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], PLANTS[sys.argv[1]]))
