"""Columns of the frames that go from room to room."""

CLASS_FRACTIONS = (
    "roof_fraction",
    "paved_fraction",
    "bare_fraction",
    "net_fraction",
    "vegetation_fraction",
    "water_fraction",
)
"""Shares of a parcel by what is seen on one date, adding up to 1 over its clear pixels."""

OBSERVATION_COLUMNS = (
    "parcel_id",
    "scene_id",
    "acquired_at",
    "clear_fraction",
    *CLASS_FRACTIONS,
    "vegetation_fraction_low",
    "water_fraction_low",
    "built_fraction",
    "built_fraction_low",
    "built_fraction_high",
    "reason",
)
"""One parcel in one satellite pass. ``reason`` is empty, or a code that says why fractions are NaN."""

MONTHLY_COLUMNS = (
    "parcel_id",
    "month",
    "looked_from_on",
    "looked_through_on",
    "looks",
    "built_fraction",
    "built_fraction_low",
    "built_fraction_high",
    "band_low",
    "band_high",
    "image_low",
    "image_high",
    "known_by",
    "known_low",
    "known_high",
    "reason",
    "start",
    "start_not_before",
    "start_not_after",
    "start_scenes",
    "start_reason",
    "works",
    "last_change_on",
    "next_look_on",
    "works_scenes",
    "works_reason",
)
"""What the series of a parcel says at the end of a month.

``looks`` is how many dates of up to 12 months the fraction is from; ``reason`` is empty or says why it is NaN; the band
is for the eye. ``image_`` is that band by the image alone, before bounds were drawn out for what is known of some
parcels; ``known_`` is what ``footprints`` or a ``visit`` tell of this one. ``start`` is ``started``, ``not_started`` or
``unknown``, ``works`` one of ``suspension.State``; scenes are the ones that bracket each, joined by spaces."""

CHANGE_COLUMNS = ("parcel_id", "before_scene", "after_scene", "kind", "not_before", "not_after", "change_score")

INDICATOR_COLUMNS = (
    "parcel_id",
    "area_m2",
    "footprint_area_m2",
    "building_coverage",
    "building_coverage_low",
    "building_coverage_high",
    "counted_floor_area_m2",
    "counted_floor_area_m2_low",
    "counted_floor_area_m2_high",
    "floor_area_ratio",
    "floor_area_ratio_low",
    "floor_area_ratio_high",
)

FINDING_COLUMNS = (
    "parcel_id",
    "instrument_id",
    "rule_id",
    "article",
    "label",
    "modality",
    "basis",
    "outcome",
    "is_boundary",
    "is_limb_conflict",
    "standing",
    "missing",
)
"""What one rule says of one parcel. ``missing`` names the unknown facts that left it open, joined by spaces."""

CLOCK_COLUMNS = (
    "parcel_id",
    "instrument_id",
    "clock",
    "article",
    "starts_on",
    "due_on",
    "state",
    "missing",
    "acts",
    "document",
    "modality",
    "basis",
    "standing",
    "starts_on_low",
    "starts_on_high",
    "due_on_low",
    "due_on_high",
)
"""One deadline or warning of one parcel; ``missing`` as in a finding."""
