-- Version 5: what is known of parcels beside the image. This file is history and stays as it is.

ALTER TABLE monthly
    ADD COLUMN IF NOT EXISTS image_low DOUBLE PRECISION,
    ADD COLUMN IF NOT EXISTS image_high DOUBLE PRECISION,
    ADD COLUMN IF NOT EXISTS known_low DOUBLE PRECISION,
    ADD COLUMN IF NOT EXISTS known_high DOUBLE PRECISION,
    ADD COLUMN IF NOT EXISTS known_by TEXT;

UPDATE schema_version SET version = 5;
