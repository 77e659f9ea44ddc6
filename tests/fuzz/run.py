"""Coverage-guided fuzzing of the targets, one process each: `make fuzz ARGS="--seconds 60 --target x12"`.

Inputs that reach new code are kept in build/fuzz/<target>/corpus and taken up by the next run; what breaks a target is
kept as build/fuzz/<target>/crash-…, timeout-… or oom-…, and is read again with `--input FILE`.
"""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

WORK = Path(__file__).parents[2] / "build" / "fuzz"
INPUT_BYTES_MAX = 100_000
SECONDS_PER_INPUT_MAX = 20
MEMORY_MB_MAX = 2_048
# Instrumented code takes several times as long, and others may use the machine.
SLACK = 8.0
STATUS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)")
DONE = re.compile(r"Done (\d+) runs")
INNER = "--inner"


def main() -> int:
    """Fuzz every target asked for, one after the other; 1 when one of them broke."""
    options = _options()
    if options.inner:
        _fuzz(options.inner, options.rest)
        return 0
    names = list(importlib.import_module("tests.fuzz.targets").TARGETS)
    if unknown := [name for name in options.target if name not in names]:
        sys.stderr.write(f"no target {', '.join(unknown)}; there are: {', '.join(names)}\n")
        return 2
    if options.input is not None:
        return _again(options.target or names, options.input)
    broken = [name for name in options.target or names if not _run(name, options.seconds)]
    if broken:
        sys.stdout.write(f"broken: {', '.join(broken)}; the inputs are in {WORK}\n")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for each target")
    parser.add_argument("--target", action="append", default=[], help="only this one; may be repeated")
    parser.add_argument("--input", type=Path, help="check this one file and stop")
    parser.add_argument(INNER, default="", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


def _again(names: Sequence[str], path: Path) -> int:
    targets = importlib.import_module("tests.fuzz.targets").TARGETS
    for name in names:
        targets[name].run(path.read_bytes())
        sys.stdout.write(f"{name}: fine\n")
    return 0


def _run(name: str, seconds: int) -> bool:
    folder = WORK / name
    target = importlib.import_module("tests.fuzz.targets").TARGETS[name]
    for number, body in enumerate(target.seeds()):
        seed = folder / "seeds" / f"{number:04d}"
        seed.parent.mkdir(parents=True, exist_ok=True)
        seed.write_bytes(body)
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    (folder / "tokens").write_text("".join(f'"{_escaped(token)}"\n' for token in target.tokens if token))
    command = [sys.executable, "-m", "tests.fuzz.run", INNER, name, "--", *_engine_options(folder, seconds)]
    with (folder / "log").open("w") as log:
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
    told = (folder / "log").read_text(errors="replace")
    sys.stdout.write(f"{name:24} {_summary(told)}{'' if code == 0 else f'  BROKEN, see {folder}/log'}\n")
    sys.stdout.flush()
    return code == 0


def _engine_options(folder: Path, seconds: int) -> list[str]:
    return [
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS_PER_INPUT_MAX}",
        f"-rss_limit_mb={MEMORY_MB_MAX}",
        f"-max_len={INPUT_BYTES_MAX}",
        f"-dict={folder / 'tokens'}",
        f"-artifact_prefix={folder}/",
        str(folder / "corpus"),
        str(folder / "seeds"),
    ]


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)


def _summary(log: str) -> str:
    done, seen = DONE.findall(log), STATUS.findall(log)
    runs = done[-1] if done else seen[-1][0] if seen else "0"
    first, last = (seen[0], seen[-1]) if seen else (("0",) * 4, ("0",) * 4)
    return f"{runs:>9} inputs, {first[1]} -> {last[1]} branches, {last[2]} features, {last[3]} inputs kept"


def _fuzz(name: str, arguments: Sequence[str]) -> None:
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["crossdock"]):
        target = importlib.import_module("tests.fuzz.targets").TARGETS[name]

    def one(body: bytes) -> None:
        target.run(body, SLACK)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
