/* Reads the blocks of data: columns of short codes, as geo/maps/payload.py writes them. */
"use strict";
(function (pw) {
  /** Text of one row of a coded column; null where unknown. */
  pw.textAt = function (column, row) {
    const at = column.at[row];
    return at === null || at === undefined ? null : column.text[at];
  };

  /** A finding as an object: what it has of its rule, then what is its own. */
  function findingsOf({ rules, kinds, sets, at }) {
    const made = kinds.rule.map((rule, kind) => {
      const finding = {};
      for (const [name, column] of Object.entries(rules)) finding[name] = pw.textAt(column, rule);
      for (const [name, column] of Object.entries(kinds)) {
        if (name !== "rule") finding[name] = Array.isArray(column) ? column[kind] : pw.textAt(column, kind);
      }
      return finding;
    });
    const ofSet = sets.map((one) => one.map((kind) => made[kind]));
    return (row) => (at[row] === null ? [] : ofSet[at[row]]);
  }

  /** One of value, low and high of a fact; null where unknown. Bounds that say no more than the value are the value. */
  pw.factAt = function (fact, key, row) {
    const at = fact.at[row];
    if (at === null) return null;
    const column = fact[key] || (fact.kind === "measure" || fact.kind === "date" ? fact.value : null);
    return column ? column[at] : null;
  };

  /** The data of a page, with what follows from it. */
  pw.readData = function (block, outlines) {
    const data = JSON.parse(block.textContent);
    const [parcels, footprints, ...overlays] = JSON.parse(outlines.textContent).map(pw.readOutlines);
    data.outlines = { parcels, footprints, overlays };
    data.count = data.parcels.id.length;
    data.isAssessed = data.findings.sets.length > 0;
    data.findingsOf = findingsOf(data.findings);
    data.rowOf = (id) => data.parcels.id.indexOf(id);
    return data;
  };

  /** What a parcel is called where there is room for one name. */
  pw.nameOf = (data, row) => pw.textAt(data.parcels.enterprise, row) || data.parcels.id[row];

  /** What tells a parcel apart below its name: its identifier, unless that is its name, and its town. */
  pw.placeOf = function (data, row) {
    const id = pw.textAt(data.parcels.enterprise, row) ? data.parcels.id[row] : null;
    return [id, pw.textAt(data.parcels.town, row)].filter(Boolean).map((text) => pw.element("bdi", "", text));
  };

  /** Labels of the findings that give a parcel its outcome, each once. */
  pw.labelsOf = function (data, row) {
    const outcome = pw.textAt(data.parcels.outcome, row);
    const labels = data.findingsOf(row).filter((finding) => finding.outcome === outcome).map((finding) => finding.label);
    return [...new Set(labels)];
  };
})(window.parcelwatch);
