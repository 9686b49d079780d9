"""XML that is looked over before a reader may have it: one well-formed document of the kind its suffix says."""

from pathlib import Path
from xml.parsers import expat

from geo.errors import SchemaError
from geo.ingest.files import MEBIBYTE


def check_markup(file: Path, *, root: str | None = None) -> None:
    """Check an XML file from end to end.

    A document type declaration is refused: entities that point to files and addresses, or that grow without end, can
    only be declared in one, and neither KML nor GML needs it. The whole file is parsed, because a second document
    behind the first would be found by a driver that looks for it, such as the one for virtual files.

    Parameters
    ----------
    file
        The file.
    root
        Name its outermost element must have, without namespace. Left out, any but that of a virtual file.

    Raises
    ------
    SchemaError
        The file is not well-formed, declares a document type, or is of another kind.
    """
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, _: object) -> None:
        nonlocal depth
        local = name.rpartition(":")[2]
        if depth == 0 and (local.startswith("OGR") or (root is not None and local != root)):
            raise SchemaError("ingest.wrong_content", file=str(file), suffix=file.suffix.lower())
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise SchemaError("ingest.xml_entities", file=str(file))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        with file.open("rb") as stream:
            while block := stream.read(MEBIBYTE):
                parser.Parse(block, False)  # noqa: FBT003  # expat takes it by position only
            parser.Parse(b"", True)  # noqa: FBT003  # same
    except SchemaError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise SchemaError("ingest.unreadable", file=str(file), reason=str(error)) from error
