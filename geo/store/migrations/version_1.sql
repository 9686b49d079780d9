-- Version 1: the tables. This file is history and stays as it is.

CREATE TABLE intake (
    intake_id SERIAL NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    layer TEXT,
    sha256 TEXT NOT NULL,
    known_at TEXT NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT intake_pkey PRIMARY KEY (intake_id),
    CONSTRAINT intake_kind_check CHECK (kind IN ('parcels', 'footprints', 'ledger', 'scenes')),
    CONSTRAINT intake_known_at_check CHECK (length(known_at) = 27)
);

CREATE TABLE scan (
    scan_id SERIAL NOT NULL,
    month TEXT NOT NULL CONSTRAINT scan_month_check CHECK (length(month) = 7),
    revision INTEGER NOT NULL CONSTRAINT scan_revision_check CHECK (revision >= 1),
    as_of TEXT NOT NULL,
    known_at TEXT NOT NULL,
    state TEXT NOT NULL,
    inputs TEXT NOT NULL,
    columns TEXT,
    outputs_hash TEXT,
    CONSTRAINT scan_pkey PRIMARY KEY (scan_id),
    CONSTRAINT scan_state_check CHECK (state IN ('running', 'done', 'abandoned')),
    CONSTRAINT scan_month_key UNIQUE (month, revision)
);

CREATE TABLE scene (
    scene_version SERIAL NOT NULL,
    scene_id TEXT NOT NULL,
    acquired_at TEXT NOT NULL,
    level TEXT NOT NULL,
    scale DOUBLE PRECISION,
    "offset" DOUBLE PRECISION,
    sha256 TEXT NOT NULL,
    known_at TEXT NOT NULL,
    supersedes INTEGER,
    CONSTRAINT scene_pkey PRIMARY KEY (scene_version),
    CONSTRAINT scene_level_check CHECK (level IN ('L2A', 'L1C', 'unknown')),
    CONSTRAINT scene_scene_id_key UNIQUE (scene_id, supersedes),
    CONSTRAINT scene_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES scene (scene_version)
);

CREATE TABLE schema_version (
    version SERIAL NOT NULL,
    CONSTRAINT schema_version_pkey PRIMARY KEY (version)
);

CREATE TABLE asset (
    asset_id SERIAL NOT NULL,
    scene_version INTEGER NOT NULL,
    band TEXT NOT NULL,
    path TEXT NOT NULL,
    layer INTEGER NOT NULL,
    CONSTRAINT asset_pkey PRIMARY KEY (asset_id),
    CONSTRAINT asset_scene_version_key UNIQUE (scene_version, band),
    CONSTRAINT asset_scene_version_fkey FOREIGN KEY(scene_version) REFERENCES scene (scene_version)
);

CREATE TABLE footprint (
    footprint_version SERIAL NOT NULL,
    footprint_id TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    storey_count DOUBLE PRECISION,
    storey_height_m DOUBLE PRECISION,
    height_m DOUBLE PRECISION,
    part_of TEXT,
    valid_on TEXT CONSTRAINT footprint_valid_on_check CHECK (length(valid_on) = 10),
    known_at TEXT NOT NULL CONSTRAINT footprint_known_at_check CHECK (length(known_at) = 27),
    supersedes INTEGER,
    intake_id INTEGER NOT NULL,
    source_row INTEGER,
    geometry_hash TEXT NOT NULL,
    source_crs TEXT NOT NULL,
    source_wkb BYTEA,
    geom geometry(MULTIPOLYGON,4490) NOT NULL,
    CONSTRAINT footprint_pkey PRIMARY KEY (footprint_version),
    CONSTRAINT footprint_footprint_id_key UNIQUE (footprint_id, occurrence, intake_id),
    CONSTRAINT footprint_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES footprint (footprint_version),
    CONSTRAINT footprint_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE INDEX footprint_geom_index ON footprint USING gist (geom);

CREATE TABLE ledger_entry (
    entry_id SERIAL NOT NULL,
    parcel_id TEXT NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_on TEXT CONSTRAINT ledger_entry_valid_on_check CHECK (length(valid_on) = 10),
    known_at TEXT NOT NULL CONSTRAINT ledger_entry_known_at_check CHECK (length(known_at) = 27),
    supersedes INTEGER,
    intake_id INTEGER NOT NULL,
    source_row INTEGER,
    CONSTRAINT ledger_entry_pkey PRIMARY KEY (entry_id),
    CONSTRAINT ledger_entry_parcel_id_key UNIQUE (parcel_id, field, intake_id),
    CONSTRAINT ledger_entry_kind_check CHECK (kind IN ('measure', 'date', 'text', 'none_agreed')),
    CONSTRAINT ledger_entry_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES ledger_entry (entry_id),
    CONSTRAINT ledger_entry_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE TABLE note (
    note_id SERIAL NOT NULL,
    intake_id INTEGER NOT NULL,
    source_row INTEGER,
    identifier TEXT,
    code TEXT NOT NULL,
    params TEXT NOT NULL,
    CONSTRAINT note_pkey PRIMARY KEY (note_id),
    CONSTRAINT note_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE TABLE parcel (
    parcel_version SERIAL NOT NULL,
    parcel_id TEXT NOT NULL,
    enterprise TEXT,
    town TEXT,
    contract_number TEXT,
    contract_area_m2 DOUBLE PRECISION,
    area_m2 DOUBLE PRECISION NOT NULL CONSTRAINT parcel_area_check CHECK (area_m2 > 0),
    ellipsoidal_area_m2 DOUBLE PRECISION NOT NULL,
    valid_on TEXT CONSTRAINT parcel_valid_on_check CHECK (length(valid_on) = 10),
    known_at TEXT NOT NULL CONSTRAINT parcel_known_at_check CHECK (length(known_at) = 27),
    supersedes INTEGER,
    intake_id INTEGER NOT NULL,
    source_row INTEGER,
    geometry_hash TEXT NOT NULL,
    source_crs TEXT NOT NULL,
    source_wkb BYTEA,
    geom geometry(MULTIPOLYGON,4490) NOT NULL,
    CONSTRAINT parcel_pkey PRIMARY KEY (parcel_version),
    CONSTRAINT parcel_parcel_id_key UNIQUE (parcel_id, intake_id),
    CONSTRAINT parcel_supersedes_fkey FOREIGN KEY(supersedes) REFERENCES parcel (parcel_version),
    CONSTRAINT parcel_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE INDEX parcel_geom_index ON parcel USING gist (geom);

CREATE TABLE refused (
    refused_id SERIAL NOT NULL,
    intake_id INTEGER NOT NULL,
    source_row INTEGER,
    identifier TEXT,
    source_column TEXT,
    code TEXT NOT NULL,
    params TEXT NOT NULL,
    raw TEXT,
    CONSTRAINT refused_pkey PRIMARY KEY (refused_id),
    CONSTRAINT refused_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE TABLE register (
    register_id SERIAL NOT NULL,
    name TEXT NOT NULL,
    complete_through TEXT NOT NULL,
    known_at TEXT NOT NULL,
    intake_id INTEGER NOT NULL,
    CONSTRAINT register_pkey PRIMARY KEY (register_id),
    CONSTRAINT register_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES intake (intake_id)
);

CREATE TABLE subject (
    subject_id SERIAL NOT NULL,
    scan_id INTEGER NOT NULL,
    parcel_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT subject_pkey PRIMARY KEY (subject_id),
    CONSTRAINT subject_scan_id_key UNIQUE (scan_id, parcel_id),
    CONSTRAINT subject_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id)
);

CREATE TABLE change (
    change_id SERIAL NOT NULL,
    parcel_version INTEGER NOT NULL,
    before_version INTEGER NOT NULL,
    after_version INTEGER NOT NULL,
    method TEXT NOT NULL,
    kind TEXT NOT NULL,
    not_before TEXT,
    not_after TEXT,
    change_score DOUBLE PRECISION,
    CONSTRAINT change_pkey PRIMARY KEY (change_id),
    CONSTRAINT change_method_key UNIQUE (method, before_version, after_version, kind, parcel_version),
    CONSTRAINT change_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version),
    CONSTRAINT change_before_version_fkey FOREIGN KEY(before_version) REFERENCES scene (scene_version),
    CONSTRAINT change_after_version_fkey FOREIGN KEY(after_version) REFERENCES scene (scene_version)
);

CREATE TABLE fact (
    fact_id SERIAL NOT NULL,
    subject_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value DOUBLE PRECISION,
    value_low DOUBLE PRECISION,
    value_high DOUBLE PRECISION,
    text TEXT,
    text_low TEXT,
    text_high TEXT,
    source TEXT,
    CONSTRAINT fact_pkey PRIMARY KEY (fact_id),
    CONSTRAINT fact_subject_id_key UNIQUE (subject_id, name),
    CONSTRAINT fact_subject_id_fkey FOREIGN KEY(subject_id) REFERENCES subject (subject_id)
);

CREATE TABLE finding (
    finding_id SERIAL NOT NULL,
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
    CONSTRAINT finding_pkey PRIMARY KEY (finding_id),
    CONSTRAINT finding_outcome_check CHECK (outcome IN ('met', 'not_met', 'undetermined')),
    CONSTRAINT finding_scan_id_parcel_id_fkey FOREIGN KEY(scan_id, parcel_id) REFERENCES subject (scan_id, parcel_id),
    CONSTRAINT finding_scan_id_key UNIQUE (scan_id, parcel_id, instrument_id, rule_id),
    CONSTRAINT finding_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id)
);

CREATE TABLE indicator (
    indicator_id SERIAL NOT NULL,
    scan_id INTEGER NOT NULL,
    parcel_version INTEGER NOT NULL,
    area_m2 DOUBLE PRECISION,
    footprint_area_m2 DOUBLE PRECISION,
    building_coverage DOUBLE PRECISION,
    building_coverage_low DOUBLE PRECISION,
    building_coverage_high DOUBLE PRECISION,
    counted_floor_area_m2 DOUBLE PRECISION,
    counted_floor_area_m2_low DOUBLE PRECISION,
    counted_floor_area_m2_high DOUBLE PRECISION,
    floor_area_ratio DOUBLE PRECISION,
    floor_area_ratio_low DOUBLE PRECISION,
    floor_area_ratio_high DOUBLE PRECISION,
    CONSTRAINT indicator_pkey PRIMARY KEY (indicator_id),
    CONSTRAINT indicator_scan_id_key UNIQUE (scan_id, parcel_version),
    CONSTRAINT indicator_scan_id_fkey FOREIGN KEY(scan_id) REFERENCES scan (scan_id),
    CONSTRAINT indicator_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version)
);

CREATE TABLE observation (
    observation_id SERIAL NOT NULL,
    parcel_version INTEGER NOT NULL,
    scene_version INTEGER NOT NULL,
    method TEXT NOT NULL,
    clear_fraction DOUBLE PRECISION,
    roof_fraction DOUBLE PRECISION,
    paved_fraction DOUBLE PRECISION,
    bare_fraction DOUBLE PRECISION,
    net_fraction DOUBLE PRECISION,
    vegetation_fraction DOUBLE PRECISION,
    water_fraction DOUBLE PRECISION,
    vegetation_fraction_low DOUBLE PRECISION,
    water_fraction_low DOUBLE PRECISION,
    built_fraction DOUBLE PRECISION,
    built_fraction_low DOUBLE PRECISION,
    built_fraction_high DOUBLE PRECISION,
    reason TEXT,
    CONSTRAINT observation_pkey PRIMARY KEY (observation_id),
    CONSTRAINT observation_method_key UNIQUE (method, scene_version, parcel_version),
    CONSTRAINT observation_parcel_version_fkey FOREIGN KEY(parcel_version) REFERENCES parcel (parcel_version),
    CONSTRAINT observation_scene_version_fkey FOREIGN KEY(scene_version) REFERENCES scene (scene_version)
);

INSERT INTO schema_version VALUES (1);
