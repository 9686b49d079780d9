"""One zip of a folder, with a manifest of hashes, the same bytes each time."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from io import BytesIO

SCHEMA = 1
EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
MANIFEST = "manifest.json"


def manifest(contents: Mapping[str, bytes], about: Mapping[str, object]) -> bytes:
    """Write which files there are, with length and SHA-256 each."""
    listed = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(contents.items())
    }
    written = {"schema_version": SCHEMA, **about, "files": listed}
    return (json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def bundle(contents: Mapping[str, bytes], about: Mapping[str, object]) -> bytes:
    """Pack files and their manifest; dates and order of the files are fixed."""
    return pack(dict(sorted({MANIFEST: manifest(contents, about), **contents}.items())))


def pack(contents: Mapping[str, bytes]) -> bytes:
    """Pack files in the order in which they come, with fixed dates."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            archive.writestr(entry, content, compresslevel=6)
    return buffer.getvalue()
