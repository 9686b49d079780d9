"""parcelwatch: watching industrial land after it has been supplied."""
