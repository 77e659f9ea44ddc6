"""What fuzzing starts from: our own golden messages, and the real documents where they are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
SAMPLES = TESTS.parents[1] / "shared" / "samples"
SEED_BYTES_MAX = 24_000
SEEDS_MAX = 400
NO_MESSAGE = (".py", ".pyc", ".md", ".toml")
VERDICTS = ("canonical", "error", "case", "expected")


@cache
def samples(*patterns: str) -> tuple[bytes, ...]:
    """The small real documents under these patterns; none where the folder is absent."""
    paths = sorted({path for pattern in patterns for path in SAMPLES.glob(pattern) if path.is_file()})
    return _small(paths)


@cache
def golden(kind: str) -> tuple[bytes, ...]:
    """The messages of our own golden samples of a connector, as they came."""
    paths = sorted(path for path in (TESTS / "connectors" / kind).rglob("*") if path.is_file())
    return _small([path for path in paths if path.suffix not in NO_MESSAGE and path.stem not in VERDICTS])


def _small(paths: Sequence[Path]) -> tuple[bytes, ...]:
    bodies = [path.read_bytes() for path in paths if path.stat().st_size <= SEED_BYTES_MAX]
    return tuple(dict.fromkeys(bodies))[:SEEDS_MAX]
