/* How parcels and footprints look: told apart by lightness and by stroke as well as by hue. */
"use strict";
(function (pw) {
  pw.OUTCOMES = ["met", "undetermined", "not_met", "none"];
  pw.STYLES = {
    met: { color: "#8f2d0c", weight: 2.5, dash: [], fillColor: "#d9531e", fillOpacity: 0.62, opacity: 1, dot: 2.5 },
    undetermined: { color: "#7a5600", weight: 2, dash: [6, 4], fillColor: "#f0b429", fillOpacity: 0.42, opacity: 1, dot: 2 },
    not_met: { color: "#2b5f8a", weight: 1.2, dash: [], fillColor: "#8db9da", fillOpacity: 0.38, opacity: 1, dot: 1 },
    none: { color: "#8a93a0", weight: 0.7, dash: [], fillColor: "#cbd0d6", fillOpacity: 0.35, opacity: 1, dot: 1 },
  };
  /* Fills from the most changed step to the least, told apart by lightness; strokes that show on all of them. */
  pw.SHADES = ["#3f007d", "#6a51a3", "#9e9ac8", "#cbc9e2", "#f2f0f7"];
  const STROKES_ON_SHADES = {
    met: { color: "#d9531e", weight: 3 },
    undetermined: { color: "#b07800" },
    not_met: { color: "#3f7fb5" },
  };
  const FADED = { opacity: 0.25, fillOpacity: 0.08 };
  pw.FOOTPRINT = { color: "#30373f", weight: 0.8, dash: [], opacity: 0.85, fillColor: "#4b5563", fillOpacity: 0.55, dot: 0 };
  pw.WHOLE_FOOTPRINT = { ...pw.FOOTPRINT, weight: 1.8, fillOpacity: 0 };

  /** How a parcel is drawn: its stroke by outcome, its fill by outcome or by how much it changed. */
  pw.styleOf = function (view, row) {
    const { changes, parcels } = view.data;
    const outcome = pw.textAt(parcels.outcome, row);
    const style = { ...pw.STYLES[outcome] };
    if (view.isShaded) {
      const step = changes.step[row];
      const fill = step === null ? { fillOpacity: 0 } : { fillColor: pw.SHADES[step], fillOpacity: 0.9 };
      Object.assign(style, STROKES_ON_SHADES[outcome], fill);
    }
    return view.shown[row] ? style : { ...style, ...FADED };
  };

  const [STEPS, ALL] = [8, 64];

  /** Number of a parcel's style: parcels of one number look the same, and a higher number lies further below. */
  pw.styleNumber = function (view, row) {
    const { changes, parcels } = view.data;
    const step = view.isShaded ? (changes.step[row] ?? 5) + 1 : 0;
    const outcome = pw.OUTCOMES.indexOf(pw.textAt(parcels.outcome, row));
    return (view.shown[row] ? 0 : ALL) + outcome * STEPS + step;
  };

  /** A small square drawn as a parcel of an outcome is. */
  pw.swatch = function (outcome) {
    const made = pw.element("span", "pw-swatch pw-swatch-" + outcome);
    made.setAttribute("aria-hidden", "true");
    return made;
  };
})(window.parcelwatch);
