"""`crossdock init`: a project that runs, with an ERP, a carrier, an overlay, a code list and golden samples."""

from __future__ import annotations

import shutil
from pathlib import Path

from crossdock.kernel.errors import Permanent

EXAMPLE = Path(__file__).with_name("example")
# Files whose name in the package differs, so that tools do not take them for our own.
RENAMED = {"gitignore": ".gitignore"}


def write_example(folder: Path) -> list[str]:
    """Copy the example into a folder that is not there yet or empty; the files written, as seen from it.

    Raises:
        Permanent: the folder has something in it, or cannot be written.
    """
    written = []
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Permanent(f"{folder} is not empty: name a new folder, nothing is ever overwritten")
        for source in sorted(path for path in EXAMPLE.rglob("*") if path.is_file()):
            inside = source.relative_to(EXAMPLE)
            target = folder / inside.with_name(RENAMED.get(inside.name, inside.name))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            written.append(target.relative_to(folder).as_posix())
    except OSError as error:
        raise Permanent(f"{folder} cannot be written: {error.strerror}; name a folder of your own") from error
    return written
