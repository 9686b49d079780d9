"""Whether a file lies on another computer: SQLite's locks do not hold there, and two writers would ruin a store."""

import re
from pathlib import Path

from geo.errors import StoreError

MOUNTS = Path("/proc/mounts")
"""Where Linux says what is mounted where, one line each: device, place, kind, options."""

NETWORK_KINDS = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smbfs", "smb2", "smb3", "ncpfs", "afs", "coda", "davfs", "webdav", "afpfs"),
        *("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "orangefs", "ocfs2", "gfs2"),
        *("fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys", "fuse.curlftpfs"),
        *("fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.smbnetfs", "fuse.gvfsd-fuse", "fuse.juicefs"),
    }
)
"""Kinds of file systems that other computers can write to at the same time."""


def refuse_network_share(path: Path) -> None:
    """Raise if a file is, or would be, on a network share.

    Raises
    ------
    StoreError
        With the kind of share.
    """
    kind = network_kind(path, mounts=MOUNTS)
    if kind is not None:
        raise StoreError("store.network_share", file=str(path), kind=kind)


def network_kind(path: Path, *, mounts: Path) -> str | None:
    r"""Return the kind of network share on which a file is, or None.

    Parameters
    ----------
    path
        The file; it need not exist. Links are followed.
    mounts
        A file like ``/proc/mounts``; where there is none, only Windows' ``\\server\share`` is told apart.
    """
    real = path.resolve()
    if real.drive.startswith("\\\\"):
        return "smb"
    if not mounts.is_file():
        return None
    kinds: dict[Path, str] = {}
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        _, place, kind, *_ = line.split(" ")
        kinds[Path(_plain(place))] = kind  # what was mounted last at a place hides what was there before
    innermost = next((kinds[folder] for folder in (real, *real.parents) if folder in kinds), None)
    return innermost if innermost in NETWORK_KINDS else None


def _plain(place: str) -> str:
    r"""Return a place with its blanks: the kernel writes them as ``\040``."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)
