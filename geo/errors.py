"""The tree of errors: three branches, because there are three people to call.

::

    GeoError
    ├── InputError (ValueError)   the caller's data cannot be used: fix the data
    │   ├── CRSMismatchError
    │   ├── GeometryError
    │   └── SchemaError
    ├── SourceError               the outside world failed: try again
    │   ├── AssetError
    │   ├── PackageError
    │   ├── SceneError
    │   └── StoreError
    └── RuleError                 the law as written cannot be applied: ask a lawyer
        ├── RuleFormatError
        └── RuleConflictError

Raise a leaf, catch a branch, at the edge only. An error carries a code and parameters; the sentence is made at
the edge by ``geo.locale``, in the user's language.
"""


class GeoError(Exception):
    """Anything this program refuses to go on with.

    Parameters
    ----------
    code
        Names the sentence in ``geo/locale``, as ``room.sentence``.
    **params
        Fill the sentence. ``file``, ``layer``, ``row`` and ``column`` say where and are shown before it.

    Examples
    --------
    >>> str(SchemaError("ingest.no_column", file="a.gpkg", column="parcel_id"))
    "ingest.no_column (file='a.gpkg', column='parcel_id')"
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Code and parameters, for logs and developers."""
        inside = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({inside})" if inside else self.code


class InputError(GeoError, ValueError):
    """The caller's data cannot be used: fix the data."""


class CRSMismatchError(InputError):
    """Two geometries in different coordinate systems met, or one has none."""


class GeometryError(InputError):
    """A geometry cannot be used for what was asked."""


class SchemaError(InputError):
    """A file, layer, column or value is not what was declared."""


class SourceError(GeoError):
    """The outside world failed: try again."""


class AssetError(SourceError):
    """A script or style that maps are made of is missing or is not the pinned one."""


class PackageError(SourceError):
    """An optional package is not installed."""


class SceneError(SourceError):
    """A scene or one of its bands cannot be read."""


class StoreError(SourceError):
    """The store cannot be opened, read or written."""


class RuleError(GeoError):
    """The law as written cannot be applied: ask a lawyer."""


class RuleFormatError(RuleError):
    """A rule file says something the engine does not know."""


class RuleConflictError(RuleError):
    """Two instruments contradict each other on one day."""
