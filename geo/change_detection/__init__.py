"""What covers each parcel and what changed: arrays and dates in, observations and changes out. Opens no file."""
