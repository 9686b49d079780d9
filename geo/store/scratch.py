"""Files that may be lost: written whole or not at all, and missed by nobody."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let a file appear whole under its name, or not at all; what the disk refuses is left.

    Parameters
    ----------
    path
        Where the file goes; its folder is made.
    write
        Writes it under the name it is given.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            fresh = Path(part.name)
        try:
            write(fresh)
            os.replace(fresh, path)  # noqa: PTH105  # Path.replace says the same
        finally:
            fresh.unlink(missing_ok=True)
