"""The tables of the store: one declaration for the embedded GeoPackage and for PostGIS.

Columns are TEXT, INTEGER, DOUBLE and bytes only: other types are dropped by programs that open the GeoPackage. Days and
times are text of one width. What people and files said is append-only: a row holds ``valid_on``, the day from which it
is true (empty: for as long as anybody knows), ``known_at``, when it was said, and ``supersedes``, the row that it
takes the place of. A parcel or footprint that is no more has a last row that ``is_withdrawn``. Whoever changes a table
here raises ``SCHEMA_VERSION`` and adds a step to ``upgrade.STEPS`` and a revision to ``migrations``.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from geo.model import CLASS_FRACTIONS
from geo.store.column_types import Day, Geometry, Instant, Json

SCHEMA_VERSION = 5
STORED_SRID = 4490
"""EPSG number of every stored geometry: CGCS2000, longitude first."""

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_name)s_index",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _number(name: str) -> Column[float]:
    return Column(name, Double, nullable=True)


def _to(target: str, name: str = "", *, optional: bool = False) -> Column[int]:
    """Return a column that points to the key of another table."""
    return Column(name or target.split(".")[1], Integer, ForeignKey(target), nullable=optional)


def _history(key: str) -> tuple[SchemaItem, ...]:
    """Return what every append-only table has beside its content."""
    return (
        Column("valid_on", Day, CheckConstraint("length(valid_on) = 10", name="valid_on"), nullable=True),
        Column("known_at", Instant, CheckConstraint("length(known_at) = 27", name="known_at"), nullable=False),
        _to(key, "supersedes", optional=True),
        _to("intake.intake_id"),
        Column("source_row", Integer, nullable=True),
    )


def _layer() -> tuple[SchemaItem, ...]:
    """Return what every table with a geometry has: the stored geometry and, where projected, the source's own."""
    return (
        _text("geometry_hash"),
        _text("source_crs"),
        Column("source_wkb", LargeBinary, nullable=True),
        Column("geom", Geometry("MULTIPOLYGON", STORED_SRID), nullable=False),
        Column("is_withdrawn", Integer, CheckConstraint("is_withdrawn IN (0, 1)", name="is_withdrawn"), nullable=False),
        Index(None, "geom", postgresql_using="gist").ddl_if(dialect="postgresql"),
    )


def _one_of(name: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in values)})", name=name)


def _table(name: str, key: str, *rest: SchemaItem) -> Table:
    # AUTOINCREMENT: a GeoPackage wants it, and the number of a row that was rolled back is not given again elsewhere
    return Table(name, metadata, Column(key, Integer, primary_key=True), *rest, sqlite_autoincrement=True)


schema_version = _table("schema_version", "version")

# ---- what files gave ----
intake = _table(
    "intake",
    "intake_id",
    _text("kind"),
    _text("file"),
    _text("layer", optional=True),
    _text("sha256"),
    Column("known_at", Instant, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("how", Json, nullable=True),
    _to("intake.intake_id", "retries", optional=True),
    _one_of("kind", "parcels", "footprints", "ledger", "scenes"),
    CheckConstraint("length(known_at) = 27", name="known_at"),
)
note = _table(
    "note",
    "note_id",
    _to("intake.intake_id"),
    Column("source_row", Integer, nullable=True),
    _text("identifier", optional=True),
    _text("code"),
    Column("params", Json, nullable=False),
)
refused = _table(
    "refused",
    "refused_id",
    _to("intake.intake_id"),
    Column("source_row", Integer, nullable=True),
    _text("identifier", optional=True),
    _text("source_column", optional=True),
    _text("code"),
    Column("params", Json, nullable=False),
    _text("raw", optional=True),
    Column("attributes", Json, nullable=True),
    Column("outline", LargeBinary, nullable=True),
    _text("source_crs", optional=True),
    Column("same_as_row", Integer, nullable=True),
    Column("occurrence", Integer, nullable=True),
)
parcel = _table(
    "parcel",
    "parcel_version",
    _text("parcel_id"),
    _text("enterprise", optional=True),
    _text("town", optional=True),
    _text("contract_number", optional=True),
    _number("contract_area_m2"),
    Column("area_m2", Double, CheckConstraint("area_m2 > 0", name="area"), nullable=False),
    Column("ellipsoidal_area_m2", Double, nullable=False),
    *_history("parcel.parcel_version"),
    *_layer(),
    UniqueConstraint("parcel_id", "intake_id"),
)
lineage = _table(
    "lineage",
    "lineage_id",
    _to("parcel.parcel_version", "from_version"),
    _to("parcel.parcel_version", "to_version"),
    _text("kind"),
    Column("share_of_from", Double, nullable=False),
    Column("share_of_to", Double, nullable=False),
    _to("intake.intake_id"),
    _one_of("kind", "changed", "renumbered", "split", "merged", "part", "overlap"),
    UniqueConstraint("from_version", "to_version"),
)
footprint = _table(
    "footprint",
    "footprint_version",
    _text("footprint_id"),
    Column("occurrence", Integer, nullable=False),
    _number("storey_count"),
    _number("storey_height_m"),
    _number("height_m"),
    _text("part_of", optional=True),
    _number("underground_storey_count"),
    _text("kind", optional=True),
    _text("approval", optional=True),
    *_history("footprint.footprint_version"),
    *_layer(),
    UniqueConstraint("footprint_id", "occurrence", "intake_id"),
)
ledger_entry = _table(
    "ledger_entry",
    "entry_id",
    _text("register"),
    _text("entry"),
    _text("field"),
    _text("kind"),
    _text("value"),
    *_history("ledger_entry.entry_id"),
    UniqueConstraint("register", "entry", "field", "intake_id"),
    _one_of("kind", "measure", "date", "text", "none_agreed", "disputed"),
)
register = _table(
    "register",
    "register_id",
    _text("name"),
    Column("complete_through", Day, nullable=False),
    Column("known_at", Instant, nullable=False),
    _to("intake.intake_id"),
)
scene = _table(
    "scene",
    "scene_version",
    _text("scene_id"),
    Column("acquired_at", Instant, nullable=False),
    _text("level"),
    _number("scale"),
    _number("offset"),
    _text("sha256"),
    Column("known_at", Instant, nullable=False),
    _to("scene.scene_version", "supersedes", optional=True),
    _one_of("level", "L2A", "L1C", "unknown"),
    UniqueConstraint("scene_id", "supersedes"),
)
asset = _table(
    "asset",
    "asset_id",
    _to("scene.scene_version"),
    _text("band"),
    _text("path"),
    Column("layer", Integer, nullable=False),
    UniqueConstraint("scene_version", "band"),
)

# ---- what was computed from them ----
observation = _table(
    "observation",
    "observation_id",
    _to("parcel.parcel_version"),
    _to("scene.scene_version"),
    _text("method"),
    _number("clear_fraction"),
    *map(_number, (*CLASS_FRACTIONS, "vegetation_fraction_low", "water_fraction_low")),
    *map(_number, ("built_fraction", "built_fraction_low", "built_fraction_high")),
    _text("reason", optional=True),
    UniqueConstraint("method", "scene_version", "parcel_version"),
)
change = _table(
    "change",
    "change_id",
    _to("parcel.parcel_version"),
    _to("scene.scene_version", "before_version"),
    _to("scene.scene_version", "after_version"),
    _text("method"),
    _text("kind"),
    Column("not_before", Day, nullable=True),
    Column("not_after", Day, nullable=True),
    _number("change_score"),
    UniqueConstraint("method", "before_version", "after_version", "kind", "parcel_version"),
)

monthly = _table(
    "monthly",
    "monthly_id",
    _to("parcel.parcel_version"),
    Column("month", Text, CheckConstraint("length(month) = 7", name="month"), nullable=False),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), nullable=False),
    _text("method"),
    _text("inputs"),
    Column("known_at", Instant, CheckConstraint("length(known_at) = 27", name="known_at"), nullable=False),
    Column("looked_from_on", Day, nullable=True),
    Column("looked_through_on", Day, nullable=True),
    Column("looks", Integer, nullable=False),
    *map(_number, ("built_fraction", "built_fraction_low", "built_fraction_high", "band_low", "band_high")),
    *map(_number, ("image_low", "image_high", "known_low", "known_high")),
    _text("known_by", optional=True),
    _text("reason", optional=True),
    _text("start"),
    Column("start_not_before", Day, nullable=True),
    Column("start_not_after", Day, nullable=True),
    _text("start_scenes", optional=True),
    _text("start_reason", optional=True),
    _text("works"),
    Column("last_change_on", Day, nullable=True),
    Column("next_look_on", Day, nullable=True),
    _text("works_scenes", optional=True),
    _text("works_reason", optional=True),
    UniqueConstraint("method", "month", "revision", "parcel_version"),
    _one_of("start", "started", "not_started", "unknown"),
    _one_of("works", "working", "still", "demolished", "overgrown", "unknown"),
)

# ---- one month's run ----
scan = _table(
    "scan",
    "scan_id",
    Column("month", Text, CheckConstraint("length(month) = 7", name="month"), nullable=False),
    Column("revision", Integer, CheckConstraint("revision >= 1", name="revision"), nullable=False),
    Column("as_of", Day, nullable=False),
    Column("known_at", Instant, nullable=False),
    _text("state"),
    Column("inputs", Json, nullable=False),
    Column("columns", Json, nullable=True),
    _text("outputs_hash", optional=True),
    _one_of("state", "running", "done", "abandoned"),
    UniqueConstraint("month", "revision"),
)
indicator = _table(
    "indicator",
    "indicator_id",
    _to("scan.scan_id"),
    _to("parcel.parcel_version"),
    _number("area_m2"),
    _number("footprint_area_m2"),
    _number("building_coverage"),
    _number("building_coverage_low"),
    _number("building_coverage_high"),
    _number("counted_floor_area_m2"),
    _number("counted_floor_area_m2_low"),
    _number("counted_floor_area_m2_high"),
    _number("floor_area_ratio"),
    _number("floor_area_ratio_low"),
    _number("floor_area_ratio_high"),
    UniqueConstraint("scan_id", "parcel_version"),
)
subject = _table(
    "subject",
    "subject_id",
    _to("scan.scan_id"),
    _text("parcel_id"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("scan_id", "parcel_id"),
)
fact = _table(
    "fact",
    "fact_id",
    _to("subject.subject_id"),
    _text("name"),
    _number("value"),
    _number("value_low"),
    _number("value_high"),
    _text("text", optional=True),
    _text("text_low", optional=True),
    _text("text_high", optional=True),
    _text("source", optional=True),
    UniqueConstraint("subject_id", "name"),
)
finding = _table(
    "finding",
    "finding_id",
    _to("scan.scan_id"),
    _text("parcel_id"),
    _text("instrument_id"),
    _text("rule_id"),
    _text("article", optional=True),
    _text("label"),
    _text("modality", optional=True),
    _text("basis", optional=True),
    _text("outcome"),
    Column("is_boundary", Integer, CheckConstraint("is_boundary IN (0, 1)", name="is_boundary"), nullable=False),
    Column("is_limb_conflict", Integer, CheckConstraint("is_limb_conflict IN (0, 1)", name="limb"), nullable=False),
    _text("standing", optional=True),
    _text("missing", optional=True),
    _one_of("outcome", "met", "not_met", "undetermined"),
    ForeignKeyConstraint(("scan_id", "parcel_id"), ("subject.scan_id", "subject.parcel_id")),
    UniqueConstraint("scan_id", "parcel_id", "instrument_id", "rule_id"),
)

LAYERS = (parcel, footprint)
"""Tables with a geometry."""
