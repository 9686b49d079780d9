-- Version 3: the ledger has several registers. This file is history and stays as it is.

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
