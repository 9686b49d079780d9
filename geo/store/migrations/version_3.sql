-- Version 3: the ledger has several registers; lineage of parcels, parcels and footprints that are no more, kinds of
-- footprints, refused rows with what stood in the file. This file is history and stays as it is.

ALTER TABLE intake ADD COLUMN how TEXT;
ALTER TABLE intake ADD COLUMN retries INTEGER;
ALTER TABLE intake ADD CONSTRAINT intake_retries_fkey FOREIGN KEY (retries) REFERENCES intake (intake_id);

ALTER TABLE refused ADD COLUMN attributes TEXT;
ALTER TABLE refused ADD COLUMN outline BYTEA;
ALTER TABLE refused ADD COLUMN source_crs TEXT;
ALTER TABLE refused ADD COLUMN same_as_row INTEGER;
ALTER TABLE refused ADD COLUMN occurrence INTEGER;

ALTER TABLE parcel ADD COLUMN is_withdrawn INTEGER NOT NULL DEFAULT 0
CONSTRAINT parcel_is_withdrawn_check CHECK (is_withdrawn IN (0, 1));
ALTER TABLE parcel ALTER COLUMN is_withdrawn DROP DEFAULT;
ALTER TABLE footprint ADD COLUMN is_withdrawn INTEGER NOT NULL DEFAULT 0
CONSTRAINT footprint_is_withdrawn_check CHECK (is_withdrawn IN (0, 1));
ALTER TABLE footprint ALTER COLUMN is_withdrawn DROP DEFAULT;
ALTER TABLE footprint ADD COLUMN underground_storey_count DOUBLE PRECISION;
ALTER TABLE footprint ADD COLUMN kind TEXT;
ALTER TABLE footprint ADD COLUMN approval TEXT;

CREATE TABLE lineage (
    lineage_id SERIAL NOT NULL,
    from_version INTEGER NOT NULL,
    to_version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    share_of_from DOUBLE PRECISION NOT NULL,
    share_of_to DOUBLE PRECISION NOT NULL,
    intake_id INTEGER NOT NULL,
    CONSTRAINT lineage_pkey PRIMARY KEY (lineage_id),
    CONSTRAINT lineage_kind_check CHECK (kind IN ('changed', 'renumbered', 'split', 'merged', 'part', 'overlap')),
    CONSTRAINT lineage_from_version_key UNIQUE (from_version, to_version),
    CONSTRAINT lineage_from_version_fkey FOREIGN KEY (from_version) REFERENCES parcel (parcel_version),
    CONSTRAINT lineage_to_version_fkey FOREIGN KEY (to_version) REFERENCES parcel (parcel_version),
    CONSTRAINT lineage_intake_id_fkey FOREIGN KEY (intake_id) REFERENCES intake (intake_id)
);

CREATE OR REPLACE VIEW current_parcel AS
SELECT parcel.parcel_version, parcel.parcel_id, parcel.enterprise, parcel.town, parcel.contract_number,
parcel.contract_area_m2, parcel.area_m2, parcel.ellipsoidal_area_m2, parcel.valid_on, parcel.known_at,
parcel.geometry_hash, parcel.source_crs, parcel.geom AS geom
FROM parcel
WHERE parcel.parcel_version = (SELECT other.parcel_version
FROM parcel AS other
WHERE other.parcel_id = parcel.parcel_id
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.parcel_version DESC LIMIT 1)
AND parcel.is_withdrawn = 0;

DROP VIEW current_footprint;
CREATE VIEW current_footprint AS
SELECT footprint.footprint_version, footprint.footprint_id, footprint.occurrence, footprint.storey_count,
footprint.storey_height_m, footprint.height_m, footprint.part_of, footprint.underground_storey_count, footprint.kind,
footprint.approval, footprint.valid_on, footprint.known_at,
footprint.geometry_hash, footprint.source_crs, footprint.geom AS geom
FROM footprint
WHERE footprint.footprint_version = (SELECT other.footprint_version
FROM footprint AS other
WHERE other.footprint_id = footprint.footprint_id AND other.occurrence = footprint.occurrence
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.footprint_version DESC LIMIT 1)
AND footprint.is_withdrawn = 0;

DROP VIEW inspector_ledger;

ALTER TABLE ledger_entry RENAME COLUMN parcel_id TO entry;
ALTER TABLE ledger_entry ADD COLUMN register TEXT NOT NULL DEFAULT 'ledger';
ALTER TABLE ledger_entry ALTER COLUMN register DROP DEFAULT;
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_parcel_id_key;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_register_key UNIQUE (register, entry, field, intake_id);
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_kind_check
CHECK (kind IN ('measure', 'date', 'text', 'none_agreed', 'disputed'));

CREATE VIEW current_ledger AS
SELECT ledger_entry.entry_id, ledger_entry.register, ledger_entry.entry, ledger_entry.field, ledger_entry.kind,
ledger_entry.value, ledger_entry.valid_on, ledger_entry.known_at
FROM ledger_entry
WHERE ledger_entry.entry_id = (SELECT other.entry_id
FROM ledger_entry AS other
WHERE other.register = ledger_entry.register AND other.entry = ledger_entry.entry AND other.field = ledger_entry.field
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.entry_id DESC LIMIT 1);

CREATE VIEW inspector_ledger WITH (security_barrier) AS
SELECT ledger_entry.entry_id, ledger_entry.register, ledger_entry.entry, ledger_entry.field, ledger_entry.kind,
ledger_entry.value, ledger_entry.valid_on, ledger_entry.known_at
FROM ledger_entry
WHERE ledger_entry.entry_id = (SELECT other.entry_id
FROM ledger_entry AS other
WHERE other.register = ledger_entry.register AND other.entry = ledger_entry.entry AND other.field = ledger_entry.field
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.entry_id DESC LIMIT 1)
AND right(ledger_entry.field, 5) != '_yuan';

UPDATE schema_version SET version = 3;
