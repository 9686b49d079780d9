-- Version 4: what the months of images say of each parcel. This file is history and stays as it is.
-- Some stores of version 3 have the table already: they were made by the program as it stood between the two.

CREATE TABLE IF NOT EXISTS monthly (
    monthly_id SERIAL NOT NULL,
    parcel_version INTEGER NOT NULL,
    month TEXT NOT NULL,
    revision INTEGER NOT NULL,
    method TEXT NOT NULL,
    inputs TEXT NOT NULL,
    known_at TEXT NOT NULL,
    looked_from_on TEXT,
    looked_through_on TEXT,
    looks INTEGER NOT NULL,
    built_fraction DOUBLE PRECISION,
    built_fraction_low DOUBLE PRECISION,
    built_fraction_high DOUBLE PRECISION,
    band_low DOUBLE PRECISION,
    band_high DOUBLE PRECISION,
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
    CONSTRAINT monthly_pkey PRIMARY KEY (monthly_id),
    CONSTRAINT monthly_month_check CHECK (length(month) = 7),
    CONSTRAINT monthly_revision_check CHECK (revision >= 1),
    CONSTRAINT monthly_known_at_check CHECK (length(known_at) = 27),
    CONSTRAINT monthly_start_check CHECK (start IN ('started', 'not_started', 'unknown')),
    CONSTRAINT monthly_works_check CHECK (works IN ('working', 'still', 'demolished', 'overgrown', 'unknown')),
    CONSTRAINT monthly_method_key UNIQUE (method, month, revision, parcel_version),
    CONSTRAINT monthly_parcel_version_fkey FOREIGN KEY (parcel_version) REFERENCES parcel (parcel_version)
);

UPDATE schema_version SET version = 4;
