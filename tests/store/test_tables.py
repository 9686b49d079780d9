import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from geo.model import CHANGE_COLUMNS, FINDING_COLUMNS, INDICATOR_COLUMNS, MONTHLY_COLUMNS, OBSERVATION_COLUMNS
from geo.store import tables

GEOPACKAGE_TYPES = {"TEXT", "INTEGER", "DOUBLE", "BLOB", "MULTIPOLYGON"}
POSTGIS_TYPES = {"TEXT", "INTEGER", "DOUBLE PRECISION", "BYTEA", "geometry(MULTIPOLYGON,4490)"}
TABLES = tables.metadata.sorted_tables

SCHEMA_5 = {
    "asset": "asset_id scene_version band path layer",
    "change": "change_id parcel_version before_version after_version method kind not_before not_after change_score",
    "fact": "fact_id subject_id name value value_low value_high text text_low text_high source",
    "finding": "finding_id scan_id parcel_id instrument_id rule_id article label modality basis outcome is_boundary "
    "is_limb_conflict standing missing",
    "footprint": "footprint_version footprint_id occurrence storey_count storey_height_m height_m part_of "
    "underground_storey_count kind approval valid_on known_at "
    "supersedes intake_id source_row geometry_hash source_crs source_wkb geom is_withdrawn",
    "indicator": "indicator_id scan_id parcel_version area_m2 footprint_area_m2 building_coverage "
    "building_coverage_low building_coverage_high counted_floor_area_m2 counted_floor_area_m2_low "
    "counted_floor_area_m2_high floor_area_ratio floor_area_ratio_low floor_area_ratio_high",
    "intake": "intake_id kind file layer sha256 known_at taken how retries",
    "lineage": "lineage_id from_version to_version kind share_of_from share_of_to intake_id",
    "ledger_entry": "entry_id register entry field kind value valid_on known_at supersedes intake_id source_row",
    "monthly": "monthly_id parcel_version month revision method inputs known_at looked_from_on looked_through_on looks "
    "built_fraction built_fraction_low built_fraction_high band_low band_high image_low image_high known_low "
    "known_high known_by reason start start_not_before start_not_after start_scenes start_reason works last_change_on "
    "next_look_on works_scenes works_reason",
    "note": "note_id intake_id source_row identifier code params",
    "observation": "observation_id parcel_version scene_version method clear_fraction roof_fraction paved_fraction "
    "bare_fraction net_fraction vegetation_fraction water_fraction vegetation_fraction_low "
    "water_fraction_low built_fraction built_fraction_low built_fraction_high reason",
    "parcel": "parcel_version parcel_id enterprise town contract_number contract_area_m2 area_m2 "
    "ellipsoidal_area_m2 valid_on known_at supersedes intake_id source_row geometry_hash source_crs "
    "source_wkb geom is_withdrawn",
    "refused": "refused_id intake_id source_row identifier source_column code params raw attributes outline "
    "source_crs same_as_row occurrence",
    "register": "register_id name complete_through known_at intake_id",
    "scan": "scan_id month revision as_of known_at state inputs columns outputs_hash",
    "scene": "scene_version scene_id acquired_at level scale offset sha256 known_at supersedes",
    "schema_version": "version",
    "subject": "subject_id scan_id parcel_id position",
}


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_one_declaration_gives_both_stores_their_types(table):
    for dialect, types in ((sqlite.dialect(), GEOPACKAGE_TYPES), (postgresql.dialect(), POSTGIS_TYPES)):
        assert {column.type.compile(dialect) for column in table.columns} <= types


@pytest.mark.parametrize("table", tables.LAYERS, ids=str)
def test_postgis_gets_a_geometry_column_with_its_own_index(table):
    created = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "geom geometry(MULTIPOLYGON,4490) NOT NULL" in created
    (index,) = table.indexes
    assert "USING gist (geom)" in str(CreateIndex(index).compile(dialect=postgresql.dialect()))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_compiles_for_postgresql_with_names_that_it_can_hold(table):
    created = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert f"CONSTRAINT {table.name}_pkey PRIMARY KEY" in created
    assert all(len(constraint.name) <= 63 for constraint in table.constraints)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_has_one_whole_number_as_its_key_as_a_geopackage_wants(table):
    (key,) = table.primary_key.columns
    assert key.type.compile(sqlite.dialect()) == "INTEGER"


def test_the_tables_hold_the_columns_that_the_rooms_exchange():
    assert set(OBSERVATION_COLUMNS) - {"parcel_id", "scene_id", "acquired_at"} <= set(tables.observation.c.keys())
    assert set(MONTHLY_COLUMNS) - {"parcel_id"} <= set(tables.monthly.c.keys())
    assert set(CHANGE_COLUMNS) - {"parcel_id", "before_scene", "after_scene"} <= set(tables.change.c.keys())
    assert set(INDICATOR_COLUMNS) - {"parcel_id"} <= set(tables.indicator.c.keys())
    assert set(FINDING_COLUMNS) <= set(tables.finding.c.keys())


def test_schema_version_5_has_these_columns():
    """A column more or less is another version of the schema, with a step in ``upgrade.STEPS`` and a revision."""
    assert tables.SCHEMA_VERSION == 5
    assert {table.name: " ".join(table.c.keys()) for table in TABLES} == SCHEMA_5
