-- A store of schema version 4, as that version of the program wrote it. This file is history and stays as it is.
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10400;
CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
        CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE schema_version (
	version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT
);
CREATE TABLE intake (
	intake_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	file TEXT NOT NULL, 
	layer TEXT, 
	sha256 TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	taken INTEGER NOT NULL, 
	how TEXT, 
	retries INTEGER, 
	CONSTRAINT intake_kind_check CHECK (kind IN ('parcels', 'footprints', 'ledger', 'scenes')), 
	CONSTRAINT intake_known_at_check CHECK (length(known_at) = 27), 
	CONSTRAINT intake_retries_fkey FOREIGN KEY(retries) REFERENCES intake (intake_id)
);
CREATE TABLE scene (
	scene_version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scene_id TEXT NOT NULL, 
	acquired_at TEXT NOT NULL, 
	level TEXT NOT NULL, 
	scale DOUBLE, 
	"offset" DOUBLE, 
	sha256 TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	supersedes INTEGER, 
	CONSTRAINT scene_level_check CHECK (level IN ('L2A', 'L1C', 'unknown')), 
	CONSTRAINT scene_scene_id_key UNIQUE (scene_id, supersedes), 
	CONSTRAINT scene_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES scene (scene_version)
);
CREATE TABLE scan (
	scan_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	month TEXT NOT NULL CONSTRAINT scan_month_check CHECK (length(month) = 7), 
	revision INTEGER NOT NULL CONSTRAINT scan_revision_check CHECK (revision >= 1), 
	as_of TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	state TEXT NOT NULL, 
	inputs TEXT NOT NULL, 
	columns TEXT, 
	outputs_hash TEXT, 
	CONSTRAINT scan_state_check CHECK (state IN ('running', 'done', 'abandoned')), 
	CONSTRAINT scan_month_key UNIQUE (month, revision)
);
CREATE TABLE note (
	note_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	intake_id INTEGER NOT NULL, 
	source_row INTEGER, 
	identifier TEXT, 
	code TEXT NOT NULL, 
	params TEXT NOT NULL, 
	CONSTRAINT note_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE refused (
	refused_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	intake_id INTEGER NOT NULL, 
	source_row INTEGER, 
	identifier TEXT, 
	source_column TEXT, 
	code TEXT NOT NULL, 
	params TEXT NOT NULL, 
	raw TEXT, 
	attributes TEXT, 
	outline BLOB, 
	source_crs TEXT, 
	same_as_row INTEGER, 
	occurrence INTEGER, 
	CONSTRAINT refused_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE parcel (
	parcel_version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parcel_id TEXT NOT NULL, 
	enterprise TEXT, 
	town TEXT, 
	contract_number TEXT, 
	contract_area_m2 DOUBLE, 
	area_m2 DOUBLE NOT NULL CONSTRAINT parcel_area_check CHECK (area_m2 > 0), 
	ellipsoidal_area_m2 DOUBLE NOT NULL, 
	valid_on TEXT CONSTRAINT parcel_valid_on_check CHECK (length(valid_on) = 10), 
	known_at TEXT NOT NULL CONSTRAINT parcel_known_at_check CHECK (length(known_at) = 27), 
	supersedes INTEGER, 
	intake_id INTEGER NOT NULL, 
	source_row INTEGER, 
	geometry_hash TEXT NOT NULL, 
	source_crs TEXT NOT NULL, 
	source_wkb BLOB, 
	geom MULTIPOLYGON NOT NULL, 
	is_withdrawn INTEGER NOT NULL CONSTRAINT parcel_is_withdrawn_check CHECK (is_withdrawn IN (0, 1)), 
	CONSTRAINT parcel_parcel_id_key UNIQUE (parcel_id, intake_id), 
	CONSTRAINT parcel_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES parcel (parcel_version), 
	CONSTRAINT parcel_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE footprint (
	footprint_version INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	footprint_id TEXT NOT NULL, 
	occurrence INTEGER NOT NULL, 
	storey_count DOUBLE, 
	storey_height_m DOUBLE, 
	height_m DOUBLE, 
	part_of TEXT, 
	underground_storey_count DOUBLE, 
	kind TEXT, 
	approval TEXT, 
	valid_on TEXT CONSTRAINT footprint_valid_on_check CHECK (length(valid_on) = 10), 
	known_at TEXT NOT NULL CONSTRAINT footprint_known_at_check CHECK (length(known_at) = 27), 
	supersedes INTEGER, 
	intake_id INTEGER NOT NULL, 
	source_row INTEGER, 
	geometry_hash TEXT NOT NULL, 
	source_crs TEXT NOT NULL, 
	source_wkb BLOB, 
	geom MULTIPOLYGON NOT NULL, 
	is_withdrawn INTEGER NOT NULL CONSTRAINT footprint_is_withdrawn_check CHECK (is_withdrawn IN (0, 1)), 
	CONSTRAINT footprint_footprint_id_key UNIQUE (footprint_id, occurrence, intake_id), 
	CONSTRAINT footprint_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES footprint (footprint_version), 
	CONSTRAINT footprint_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE ledger_entry (
	entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	register TEXT NOT NULL, 
	entry TEXT NOT NULL, 
	field TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	value TEXT NOT NULL, 
	valid_on TEXT CONSTRAINT ledger_entry_valid_on_check CHECK (length(valid_on) = 10), 
	known_at TEXT NOT NULL CONSTRAINT ledger_entry_known_at_check CHECK (length(known_at) = 27), 
	supersedes INTEGER, 
	intake_id INTEGER NOT NULL, 
	source_row INTEGER, 
	CONSTRAINT ledger_entry_register_key UNIQUE (register, entry, field, intake_id), 
	CONSTRAINT ledger_entry_kind_check CHECK (kind IN ('measure', 'date', 'text', 'none_agreed', 'disputed')), 
	CONSTRAINT ledger_entry_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES ledger_entry (entry_id), 
	CONSTRAINT ledger_entry_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE register (
	register_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	complete_through TEXT NOT NULL, 
	known_at TEXT NOT NULL, 
	intake_id INTEGER NOT NULL, 
	CONSTRAINT register_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE asset (
	asset_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scene_version INTEGER NOT NULL, 
	band TEXT NOT NULL, 
	path TEXT NOT NULL, 
	layer INTEGER NOT NULL, 
	CONSTRAINT asset_scene_version_key UNIQUE (scene_version, band), 
	CONSTRAINT asset_scene_version_fkey FOREIGN KEY(scene_version) REFERENCES scene (scene_version)
);
CREATE TABLE subject (
	subject_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scan_id INTEGER NOT NULL, 
	parcel_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT subject_scan_id_key UNIQUE (scan_id, parcel_id), 
	CONSTRAINT subject_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id)
);
CREATE TABLE lineage (
	lineage_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	from_version INTEGER NOT NULL, 
	to_version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	share_of_from DOUBLE NOT NULL, 
	share_of_to DOUBLE NOT NULL, 
	intake_id INTEGER NOT NULL, 
	CONSTRAINT lineage_kind_check CHECK (kind IN ('changed', 'renumbered', 'split', 'merged', 'part', 'overlap')), 
	CONSTRAINT lineage_from_version_key UNIQUE (from_version, to_version), 
	CONSTRAINT lineage_from_version_fkey FOREIGN KEY(from_version) REFERENCES parcel (parcel_version), 
	CONSTRAINT lineage_to_version_fkey FOREIGN KEY(to_version) REFERENCES parcel (parcel_version), 
	CONSTRAINT lineage_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);
CREATE TABLE observation (
	observation_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parcel_version INTEGER NOT NULL, 
	scene_version INTEGER NOT NULL, 
	method TEXT NOT NULL, 
	clear_fraction DOUBLE, 
	roof_fraction DOUBLE, 
	paved_fraction DOUBLE, 
	bare_fraction DOUBLE, 
	net_fraction DOUBLE, 
	vegetation_fraction DOUBLE, 
	water_fraction DOUBLE, 
	vegetation_fraction_low DOUBLE, 
	water_fraction_low DOUBLE, 
	built_fraction DOUBLE, 
	built_fraction_low DOUBLE, 
	built_fraction_high DOUBLE, 
	reason TEXT, 
	CONSTRAINT observation_method_key UNIQUE (method, scene_version, parcel_version), 
	CONSTRAINT observation_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version), 
	CONSTRAINT observation_scene_version_fkey FOREIGN KEY(scene_version) REFERENCES scene (scene_version)
);
CREATE TABLE change (
	change_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parcel_version INTEGER NOT NULL, 
	before_version INTEGER NOT NULL, 
	after_version INTEGER NOT NULL, 
	method TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	not_before TEXT, 
	not_after TEXT, 
	change_score DOUBLE, 
	CONSTRAINT change_method_key UNIQUE (method, before_version, after_version, kind, parcel_version), 
	CONSTRAINT change_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version), 
	CONSTRAINT change_before_version_fkey FOREIGN KEY(before_version) REFERENCES scene (scene_version), 
	CONSTRAINT change_after_version_fkey FOREIGN KEY(after_version) REFERENCES scene (scene_version)
);
CREATE TABLE monthly (
	monthly_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	parcel_version INTEGER NOT NULL, 
	month TEXT NOT NULL CONSTRAINT monthly_month_check CHECK (length(month) = 7), 
	revision INTEGER NOT NULL CONSTRAINT monthly_revision_check CHECK (revision >= 1), 
	method TEXT NOT NULL, 
	inputs TEXT NOT NULL, 
	known_at TEXT NOT NULL CONSTRAINT monthly_known_at_check CHECK (length(known_at) = 27), 
	looked_from_on TEXT, 
	looked_through_on TEXT, 
	looks INTEGER NOT NULL, 
	built_fraction DOUBLE, 
	built_fraction_low DOUBLE, 
	built_fraction_high DOUBLE, 
	band_low DOUBLE, 
	band_high DOUBLE, 
	reason TEXT, 
	start TEXT NOT NULL, 
	start_not_before TEXT, 
	start_not_after TEXT, 
	start_scenes TEXT, 
	start_reason TEXT, 
	works TEXT NOT NULL, 
	last_change_on TEXT, 
	next_look_on TEXT, 
	works_scenes TEXT, 
	works_reason TEXT, 
	CONSTRAINT monthly_method_key UNIQUE (method, month, revision, parcel_version), 
	CONSTRAINT monthly_start_check CHECK (start IN ('started', 'not_started', 'unknown')), 
	CONSTRAINT monthly_works_check CHECK (works IN ('working', 'still', 'demolished', 'overgrown', 'unknown')), 
	CONSTRAINT monthly_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version)
);
CREATE TABLE indicator (
	indicator_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scan_id INTEGER NOT NULL, 
	parcel_version INTEGER NOT NULL, 
	area_m2 DOUBLE, 
	footprint_area_m2 DOUBLE, 
	building_coverage DOUBLE, 
	building_coverage_low DOUBLE, 
	building_coverage_high DOUBLE, 
	counted_floor_area_m2 DOUBLE, 
	counted_floor_area_m2_low DOUBLE, 
	counted_floor_area_m2_high DOUBLE, 
	floor_area_ratio DOUBLE, 
	floor_area_ratio_low DOUBLE, 
	floor_area_ratio_high DOUBLE, 
	CONSTRAINT indicator_scan_id_key UNIQUE (scan_id, parcel_version), 
	CONSTRAINT indicator_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id), 
	CONSTRAINT indicator_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version)
);
CREATE TABLE fact (
	fact_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	subject_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	value DOUBLE, 
	value_low DOUBLE, 
	value_high DOUBLE, 
	text TEXT, 
	text_low TEXT, 
	text_high TEXT, 
	source TEXT, 
	CONSTRAINT fact_subject_id_key UNIQUE (subject_id, name), 
	CONSTRAINT fact_subject_id_fkey FOREIGN KEY(subject_id) REFERENCES subject (subject_id)
);
CREATE TABLE finding (
	finding_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scan_id INTEGER NOT NULL, 
	parcel_id TEXT NOT NULL, 
	instrument_id TEXT NOT NULL, 
	rule_id TEXT NOT NULL, 
	article TEXT, 
	label TEXT NOT NULL, 
	modality TEXT, 
	basis TEXT, 
	outcome TEXT NOT NULL, 
	is_boundary INTEGER NOT NULL CONSTRAINT finding_is_boundary_check CHECK (is_boundary IN (0, 1)), 
	is_limb_conflict INTEGER NOT NULL CONSTRAINT finding_limb_check CHECK (is_limb_conflict IN (0, 1)), 
	standing TEXT, 
	missing TEXT, 
	CONSTRAINT finding_outcome_check CHECK (outcome IN ('met', 'not_met', 'undetermined')), 
	CONSTRAINT finding_scan_id_parcel_id_fkey FOREIGN KEY(scan_id, parcel_id) REFERENCES subject (scan_id, parcel_id), 
	CONSTRAINT finding_scan_id_key UNIQUE (scan_id, parcel_id, instrument_id, rule_id), 
	CONSTRAINT finding_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id)
);
CREATE VIRTUAL TABLE "rtree_parcel_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_footprint_geom" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIEW current_parcel AS SELECT parcel.parcel_version AS "OGC_FID", parcel.parcel_version, parcel.parcel_id, parcel.enterprise, parcel.town, parcel.contract_number, parcel.contract_area_m2, parcel.area_m2, parcel.ellipsoidal_area_m2, parcel.valid_on, parcel.known_at, parcel.geometry_hash, parcel.source_crs, parcel.geom AS geom 
FROM parcel 
WHERE parcel.parcel_version = (SELECT other.parcel_version 
FROM parcel AS other 
WHERE other.parcel_id = parcel.parcel_id ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.parcel_version DESC
 LIMIT 1 OFFSET 0) AND parcel.is_withdrawn = 0;
CREATE VIEW current_footprint AS SELECT footprint.footprint_version AS "OGC_FID", footprint.footprint_version, footprint.footprint_id, footprint.occurrence, footprint.storey_count, footprint.storey_height_m, footprint.height_m, footprint.part_of, footprint.underground_storey_count, footprint.kind, footprint.approval, footprint.valid_on, footprint.known_at, footprint.geometry_hash, footprint.source_crs, footprint.geom AS geom 
FROM footprint 
WHERE footprint.footprint_version = (SELECT other.footprint_version 
FROM footprint AS other 
WHERE other.footprint_id = footprint.footprint_id AND other.occurrence = footprint.occurrence ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.footprint_version DESC
 LIMIT 1 OFFSET 0) AND footprint.is_withdrawn = 0;
CREATE VIEW latest_finding AS SELECT finding.finding_id AS "OGC_FID", finding.finding_id, last_scan.month, last_scan.revision, last_scan.as_of, finding.parcel_id, finding.instrument_id, finding.rule_id, finding.article, finding.label, finding.modality, finding.basis, finding.outcome, finding.is_boundary, finding.is_limb_conflict, finding.standing, finding.missing, judged.enterprise, judged.town, judged.geom 
FROM finding JOIN (SELECT scan.scan_id AS scan_id, scan.month AS month, scan.revision AS revision, scan.as_of AS as_of 
FROM scan 
WHERE scan.state = 'done' ORDER BY scan.month DESC, scan.revision DESC
 LIMIT 1 OFFSET 0) AS last_scan ON last_scan.scan_id = finding.scan_id LEFT OUTER JOIN (SELECT indicator.scan_id AS scan_id, parcel.parcel_id AS parcel_id, parcel.enterprise AS enterprise, parcel.town AS town, parcel.geom AS geom 
FROM indicator JOIN parcel ON parcel.parcel_version = indicator.parcel_version) AS judged ON judged.scan_id = finding.scan_id AND judged.parcel_id = finding.parcel_id;
CREATE VIEW current_ledger AS SELECT ledger_entry.entry_id AS "OGC_FID", ledger_entry.entry_id, ledger_entry.register, ledger_entry.entry, ledger_entry.field, ledger_entry.kind, ledger_entry.value, ledger_entry.valid_on, ledger_entry.known_at 
FROM ledger_entry 
WHERE ledger_entry.entry_id = (SELECT other.entry_id 
FROM ledger_entry AS other 
WHERE other.register = ledger_entry.register AND other.entry = ledger_entry.entry AND other.field = ledger_entry.field ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.entry_id DESC
 LIMIT 1 OFFSET 0);
CREATE TRIGGER "rtree_parcel_geom_insert" AFTER INSERT ON "parcel" WHEN (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN INSERT OR REPLACE INTO "rtree_parcel_geom" VALUES (NEW.parcel_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_parcel_geom_update6" AFTER UPDATE OF geom ON "parcel" WHEN OLD.parcel_version = NEW.parcel_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) AND (OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom)) BEGIN UPDATE "rtree_parcel_geom" SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom), maxy = ST_MaxY(NEW.geom) WHERE id = NEW.parcel_version; END;
CREATE TRIGGER "rtree_parcel_geom_update7" AFTER UPDATE OF geom ON "parcel" WHEN OLD.parcel_version = NEW.parcel_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom)) BEGIN INSERT INTO "rtree_parcel_geom" VALUES (NEW.parcel_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_parcel_geom_update2" AFTER UPDATE OF geom ON "parcel" WHEN OLD.parcel_version = NEW.parcel_version AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_parcel_geom" WHERE id = OLD.parcel_version; END;
CREATE TRIGGER "rtree_parcel_geom_update5" AFTER UPDATE ON "parcel" WHEN OLD.parcel_version != NEW.parcel_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_parcel_geom" WHERE id = OLD.parcel_version; INSERT OR REPLACE INTO "rtree_parcel_geom" VALUES (NEW.parcel_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_parcel_geom_update4" AFTER UPDATE ON "parcel" WHEN OLD.parcel_version != NEW.parcel_version AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_parcel_geom" WHERE id IN (OLD.parcel_version, NEW.parcel_version); END;
CREATE TRIGGER "rtree_parcel_geom_delete" AFTER DELETE ON "parcel" WHEN OLD.geom NOTNULL BEGIN DELETE FROM "rtree_parcel_geom" WHERE id = OLD.parcel_version; END;
CREATE TRIGGER "rtree_footprint_geom_insert" AFTER INSERT ON "footprint" WHEN (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN INSERT OR REPLACE INTO "rtree_footprint_geom" VALUES (NEW.footprint_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_footprint_geom_update6" AFTER UPDATE OF geom ON "footprint" WHEN OLD.footprint_version = NEW.footprint_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) AND (OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom)) BEGIN UPDATE "rtree_footprint_geom" SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom), maxy = ST_MaxY(NEW.geom) WHERE id = NEW.footprint_version; END;
CREATE TRIGGER "rtree_footprint_geom_update7" AFTER UPDATE OF geom ON "footprint" WHEN OLD.footprint_version = NEW.footprint_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom)) BEGIN INSERT INTO "rtree_footprint_geom" VALUES (NEW.footprint_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_footprint_geom_update2" AFTER UPDATE OF geom ON "footprint" WHEN OLD.footprint_version = NEW.footprint_version AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_footprint_geom" WHERE id = OLD.footprint_version; END;
CREATE TRIGGER "rtree_footprint_geom_update5" AFTER UPDATE ON "footprint" WHEN OLD.footprint_version != NEW.footprint_version AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_footprint_geom" WHERE id = OLD.footprint_version; INSERT OR REPLACE INTO "rtree_footprint_geom" VALUES (NEW.footprint_version, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER "rtree_footprint_geom_update4" AFTER UPDATE ON "footprint" WHEN OLD.footprint_version != NEW.footprint_version AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM "rtree_footprint_geom" WHERE id IN (OLD.footprint_version, NEW.footprint_version); END;
CREATE TRIGGER "rtree_footprint_geom_delete" AFTER DELETE ON "footprint" WHEN OLD.geom NOTNULL BEGIN DELETE FROM "rtree_footprint_geom" WHERE id = OLD.footprint_version; END;
INSERT INTO "gpkg_spatial_ref_sys" VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system');
INSERT INTO "gpkg_spatial_ref_sys" VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
INSERT INTO "gpkg_spatial_ref_sys" VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in decimal degrees');
INSERT INTO "gpkg_spatial_ref_sys" VALUES ('China Geodetic Coordinate System 2000', 4490, 'EPSG', 4490, 'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]', 'longitude and latitude in decimal degrees');
INSERT INTO "gpkg_contents" VALUES ('intake', 'attributes', 'intake', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('scan', 'attributes', 'scan', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('scene', 'attributes', 'scene', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('schema_version', 'attributes', 'schema_version', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('asset', 'attributes', 'asset', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('footprint', 'features', 'footprint', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4490);
INSERT INTO "gpkg_contents" VALUES ('ledger_entry', 'attributes', 'ledger_entry', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('note', 'attributes', 'note', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('parcel', 'features', 'parcel', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4490);
INSERT INTO "gpkg_contents" VALUES ('refused', 'attributes', 'refused', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('register', 'attributes', 'register', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('subject', 'attributes', 'subject', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('change', 'attributes', 'change', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('fact', 'attributes', 'fact', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('finding', 'attributes', 'finding', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('indicator', 'attributes', 'indicator', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('lineage', 'attributes', 'lineage', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('monthly', 'attributes', 'monthly', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('observation', 'attributes', 'observation', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_contents" VALUES ('current_parcel', 'features', 'current_parcel', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4490);
INSERT INTO "gpkg_contents" VALUES ('current_footprint', 'features', 'current_footprint', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4490);
INSERT INTO "gpkg_contents" VALUES ('latest_finding', 'features', 'latest_finding', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, 4490);
INSERT INTO "gpkg_contents" VALUES ('current_ledger', 'attributes', 'current_ledger', '', '1970-01-01T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_geometry_columns" VALUES ('footprint', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO "gpkg_geometry_columns" VALUES ('parcel', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO "gpkg_geometry_columns" VALUES ('current_parcel', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO "gpkg_geometry_columns" VALUES ('current_footprint', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO "gpkg_geometry_columns" VALUES ('latest_finding', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO "gpkg_extensions" VALUES ('parcel', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec140/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" VALUES ('footprint', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec140/#extension_rtree', 'write-only');
INSERT INTO "schema_version" VALUES (4);
INSERT INTO "intake" VALUES (1, 'parcels', 'a.gpkg', NULL, '0000000000000000000000000000000000000000000000000000000000000000', '2026-01-01T12:00:00.000000Z', 2, NULL, NULL);
INSERT INTO "intake" VALUES (2, 'parcels', 'b.gpkg', NULL, '0000000000000000000000000000000000000000000000000000000000000000', '2026-01-02T12:00:00.000000Z', 1, NULL, NULL);
INSERT INTO "intake" VALUES (3, 'footprints', 'a.gpkg', NULL, '0000000000000000000000000000000000000000000000000000000000000000', '2026-01-02T12:00:00.000000Z', 1, NULL, NULL);
INSERT INTO "intake" VALUES (4, 'ledger', 'l.xlsx', NULL, '0000000000000000000000000000000000000000000000000000000000000000', '2026-01-03T12:00:00.000000Z', 1, NULL, NULL);
INSERT INTO "scene" VALUES (1, 'S2A_20260103', '2026-01-03T02:30:00.000000Z', 'L2A', 0.0001, 0.0, '1111111111111111111111111111111111111111111111111111111111111111', '2026-01-14T12:00:00.000000Z', NULL);
INSERT INTO "scene" VALUES (2, 'S2A_20260113', '2026-01-13T02:30:00.000000Z', 'L2A', 0.0001, 0.0, '2222222222222222222222222222222222222222222222222222222222222222', '2026-01-14T12:00:00.000000Z', NULL);
INSERT INTO "scan" VALUES (1, '2026-01', 1, '2026-01-31', '2026-01-20T12:00:00.000000Z', 'done', '{"seed": 7}', '{"index": ["parcel_id", "str"], "sources": [["is_started", "str"]], "values": [["is_started", "boolean"]]}', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff');
INSERT INTO "note" VALUES (1, 1, 1, '甲', 'ingest.mended', '{"area_m2": 0.5}');
INSERT INTO "refused" VALUES (1, 1, 3, '丙', 'area', 'ingest.bad', '{}', 'POLYGON EMPTY', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "parcel" VALUES (1, '甲', NULL, '东镇', NULL, NULL, 400.0, 400.0, NULL, '2026-01-01T12:00:00.000000Z', NULL, 1, 1, '07a7432f2d29e19e38416013a21f4d4496dd8a1dab79c5b9b82b8d9222f13865', 'EPSG:4528', X'01030000000100000005000000000000A0D94F834100000000F0B34A41000000A0D94F834100000000FAB34A4100000000D94F834100000000FAB34A4100000000D94F834100000000F0B34A41000000A0D94F834100000000F0B34A41', X'475000038A110000FFFFFFFFFFFF5D407593257403005E403BACC3C25F9F3F40DE54F4946B9F3F4001060000000100000001030000000100000005000000AF23257403005E403BACC3C25F9F3F407593257403005E409295F3946B9F3F40FFFFFFFFFFFF5D40DE54F4946B9F3F40FFFFFFFFFFFF5D40836BC4C25F9F3F40AF23257403005E403BACC3C25F9F3F40', 0);
INSERT INTO "parcel" VALUES (2, '乙', NULL, '东镇', NULL, NULL, 400.0, 400.0, NULL, '2026-01-01T12:00:00.000000Z', NULL, 1, 2, 'c9882b269165b7e6f3d1a409405912ccb5216570115bff73007fbc3d90411a0f', 'EPSG:4528', X'01030000000100000005000000000000E0DA4F834100000000F0B34A41000000E0DA4F834100000000FAB34A4100000040DA4F834100000000FAB34A4100000040DA4F834100000000F0B34A41000000E0DA4F834100000000F0B34A41', X'475000038A1100005C474AE806005E405DBA705C0A005E40F0B1BDC25F9F3F40B857F1946B9F3F40010600000001000000010300000001000000050000000C6B6F5C0A005E40F0B1BDC25F9F3F405DBA705C0A005E40469BED946B9F3F40EA264BE806005E40B857F1946B9F3F405C474AE806005E40606EC1C25F9F3F400C6B6F5C0A005E40F0B1BDC25F9F3F40', 0);
INSERT INTO "parcel" VALUES (3, '甲', NULL, '东镇', NULL, NULL, 441.0, 441.0, '2026-01-02', '2026-01-02T12:00:00.000000Z', 1, 2, 1, 'a46670296156a8d2914047928c71c8f00f4a6b28ef7c32dea0b918b07eff4712', 'EPSG:4528', X'01030000000100000005000000000000A8D94F834100000000F0B34A41000000A8D94F834100000080FAB34A4100000000D94F834100000080FAB34A4100000000D94F834100000000F0B34A41000000A8D94F834100000000F0B34A41', X'475000038A110000FFFFFFFFFFFF5D407EAD5AA003005E40A098C3C25F9F3F40CA86432C6C9F3F400106000000010000000103000000010000000500000044325AA003005E40A098C3C25F9F3F407EAD5AA003005E40E3B3422C6C9F3F40FFFFFFFFFFFF5D40CA86432C6C9F3F40FFFFFFFFFFFF5D40836BC4C25F9F3F4044325AA003005E40A098C3C25F9F3F40', 0);
INSERT INTO "footprint" VALUES (1, 'f', 1, 2.0, NULL, 9.5, NULL, NULL, NULL, NULL, NULL, '2026-01-02T12:00:00.000000Z', NULL, 3, 1, '93beea7ae775ab9f0904d1ef6efef1789a89049a7088c14e174b660fc10bdc7d', 'EPSG:4528', X'0103000000010000000500000000000050D94F834100000000F0B34A4100000050D94F834100000000F5B34A4100000000D94F834100000000F5B34A4100000000D94F834100000000F0B34A4100000050D94F834100000000F0B34A41', X'475000038A110000FFFFFFFFFFFF5D40C8AD12BA01005E40B13BC4C25F9F3F40E460DCAB659F3F4001060000000100000001030000000100000005000000D79112BA01005E40B13BC4C25F9F3F40C8AD12BA01005E401231DCAB659F3F40FFFFFFFFFFFF5D40E460DCAB659F3F40FFFFFFFFFFFF5D40836BC4C25F9F3F40D79112BA01005E40B13BC4C25F9F3F40', 0);
INSERT INTO "ledger_entry" VALUES (1, 'ledger', '甲', 'parcel_id', 'text', '甲', NULL, '2026-01-03T12:00:00.000000Z', NULL, 4, 2);
INSERT INTO "ledger_entry" VALUES (2, 'ledger', '甲', 'town', 'text', '东镇', NULL, '2026-01-03T12:00:00.000000Z', NULL, 4, 2);
INSERT INTO "ledger_entry" VALUES (3, 'ledger', '甲', 'price_yuan', 'measure', '1500000.0', NULL, '2026-01-03T12:00:00.000000Z', NULL, 4, 2);
INSERT INTO "ledger_entry" VALUES (4, 'ledger', '甲', 'started_on', 'date', '2025-03-01', NULL, '2026-01-03T12:00:00.000000Z', NULL, 4, 2);
INSERT INTO "register" VALUES (1, 'ledger', '2026-01-31', '2026-01-03T12:00:00.000000Z', 4);
INSERT INTO "asset" VALUES (1, 1, 'B04', 'B04.tif', 1);
INSERT INTO "asset" VALUES (2, 1, 'SCL', 'SCL.tif', 2);
INSERT INTO "asset" VALUES (3, 2, 'B04', 'B04b.tif', 1);
INSERT INTO "subject" VALUES (1, 1, '甲', 0);
INSERT INTO "subject" VALUES (2, 1, '乙', 1);
INSERT INTO "observation" VALUES (1, 3, 1, 'm', 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, NULL);
INSERT INTO "observation" VALUES (2, 2, 1, 'm', 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, NULL);
INSERT INTO "change" VALUES (1, 3, 1, 2, 'm', 'newly_developed', '2026-01-03', '2026-01-13', 0.7);
INSERT INTO "monthly" VALUES (1, 3, '2026-01', 1, 'm', 'x', '2026-01-20T12:00:00.000000Z', '2025-01-03', '2026-01-13', 12, 0.4, 0.2, 0.6, 0.3, 0.5, '', 'started', NULL, '2025-03-02', '', '', 'unknown', NULL, NULL, '', 'cloud_gap');
INSERT INTO "indicator" VALUES (1, 1, 3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
INSERT INTO "indicator" VALUES (2, 1, 2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
INSERT INTO "fact" VALUES (1, 1, 'is_started', 1.0, NULL, NULL, NULL, NULL, NULL, 'ledger:row 2');
INSERT INTO "finding" VALUES (1, 1, '甲', 'i', 'r', '2', 'suspected_idle', 'must', NULL, 'not_met', 0, 0, 'in_force', '');
INSERT INTO "finding" VALUES (2, 1, '乙', 'i', 'r', '2', 'suspected_idle', 'must', NULL, 'undetermined', 0, 0, 'in_force', 'started_on');
