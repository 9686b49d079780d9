-- Version 2: views that other programs open. This file is history and stays as it is.

CREATE VIEW current_parcel AS
SELECT parcel.parcel_version, parcel.parcel_id, parcel.enterprise, parcel.town, parcel.contract_number,
parcel.contract_area_m2, parcel.area_m2, parcel.ellipsoidal_area_m2, parcel.valid_on, parcel.known_at,
parcel.geometry_hash, parcel.source_crs, parcel.geom AS geom
FROM parcel
WHERE parcel.parcel_version = (SELECT other.parcel_version
FROM parcel AS other
WHERE other.parcel_id = parcel.parcel_id
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.parcel_version DESC LIMIT 1);

CREATE VIEW current_footprint AS
SELECT footprint.footprint_version, footprint.footprint_id, footprint.occurrence, footprint.storey_count,
footprint.storey_height_m, footprint.height_m, footprint.part_of, footprint.valid_on, footprint.known_at,
footprint.geometry_hash, footprint.source_crs, footprint.geom AS geom
FROM footprint
WHERE footprint.footprint_version = (SELECT other.footprint_version
FROM footprint AS other
WHERE other.footprint_id = footprint.footprint_id AND other.occurrence = footprint.occurrence
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.footprint_version DESC LIMIT 1);

CREATE VIEW latest_finding AS
SELECT finding.finding_id, last_scan.month, last_scan.revision, last_scan.as_of, finding.parcel_id,
finding.instrument_id, finding.rule_id, finding.article, finding.label, finding.modality, finding.basis,
finding.outcome, finding.is_boundary, finding.is_limb_conflict, finding.standing, finding.missing, judged.enterprise,
judged.town, judged.geom
FROM finding
JOIN (SELECT scan.scan_id AS scan_id, scan.month AS month, scan.revision AS revision, scan.as_of AS as_of
FROM scan
WHERE scan.state = 'done'
ORDER BY scan.month DESC, scan.revision DESC LIMIT 1) AS last_scan ON last_scan.scan_id = finding.scan_id
LEFT OUTER JOIN (SELECT indicator.scan_id AS scan_id, parcel.parcel_id AS parcel_id, parcel.enterprise AS enterprise,
parcel.town AS town, parcel.geom AS geom
FROM indicator JOIN parcel ON parcel.parcel_version = indicator.parcel_version) AS judged ON judged.scan_id =
finding.scan_id AND judged.parcel_id = finding.parcel_id;

CREATE VIEW inspector_ledger WITH (security_barrier) AS
SELECT ledger_entry.entry_id, ledger_entry.parcel_id, ledger_entry.field, ledger_entry.kind, ledger_entry.value,
ledger_entry.valid_on, ledger_entry.known_at
FROM ledger_entry
WHERE right(ledger_entry.field, 5) != '_yuan' AND ledger_entry.entry_id = (SELECT other.entry_id
FROM ledger_entry AS other
WHERE other.parcel_id = ledger_entry.parcel_id AND other.field = ledger_entry.field
ORDER BY other.valid_on DESC NULLS LAST, other.known_at DESC, other.entry_id DESC LIMIT 1);

UPDATE schema_version SET version = 2;
