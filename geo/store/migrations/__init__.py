"""Revisions of the store in a database, one file a schema version; run by ``geo.store.migrate``."""
