"""CPU time Crossdock needs from the bytes of one document to canonical facts: `on_crossdock_edi x12|edifact FILE`."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from crossdock.bench import edifact, formats
from crossdock.bootstrap.library import open_library
from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.connectors.x12.inbound import X12Decoder

ROUNDS = 5


def main() -> None:
    """Decode the file several times; every message must give its fact."""
    dialect, path = sys.argv[1:]
    body = Path(path).read_bytes()
    decoder: EdifactDecoder | X12Decoder = EdifactDecoder(open_library()) if dialect == "edifact" else X12Decoder()
    context = edifact.CONTEXT if dialect == "edifact" else formats.CONTEXT
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        decoded = decoder.decode(body, "", context)
        spent.append(time.process_time() - begin)
        assert decoded.facts
        assert not decoded.findings
    sys.stdout.write(f"{statistics.median(spent)}\n")


if __name__ == "__main__":
    main()
