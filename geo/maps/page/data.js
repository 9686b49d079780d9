/* Reads the block of data: columns of short codes, as geo/maps/payload.py writes them. */
"use strict";
(function (pw) {
  /** Text of one row of a coded column; null where unknown. */
  pw.textAt = function (column, row) {
    const at = column.at[row];
    return at === null || at === undefined ? null : column.text[at];
  };

  /** Points of a ring as Leaflet wants them: latitude first, degrees. */
  function pointsOf(ring, data) {
    let [x, y] = data.origin;
    const points = [];
    for (let i = 0; i < ring.length; i += 2) {
      x += ring[i];
      y += ring[i + 1];
      points.push([y / data.steps_per_degree, x / data.steps_per_degree]);
    }
    return points;
  }

  /** Latitudes and longitudes of a shape: polygons of rings of points. */
  pw.latLngs = (shape, data) => shape.map((polygon) => polygon.map((ring) => pointsOf(ring, data)));

  /** Where a label stands, and the box in which it must stay: as wide as its shape there, as high as its shape. */
  pw.anchorOf = function ([x, y, room], bounds, data) {
    const [at] = pointsOf([x, y], data);
    const half = room / 2 / data.steps_per_degree;
    return { anchor: at, bounds: L.latLngBounds([bounds.getSouth(), at[1] - half], [bounds.getNorth(), at[1] + half]) };
  };

  /** Text in which a search looks: full-width signs and capitals count as plain ones. */
  pw.searchable = (text) => text.normalize("NFKC").toLowerCase();

  /** One row of the findings as an object. */
  function findingAt(findings, row) {
    const finding = {};
    for (const [name, column] of Object.entries(findings)) {
      finding[name] = Array.isArray(column) ? column[row] : pw.textAt(column, row);
    }
    return finding;
  }

  /** The data of a page, with what follows from it: each parcel's findings and the text a search looks in. */
  pw.readData = function (block) {
    const data = JSON.parse(block.textContent);
    const parcels = data.parcels;
    data.count = parcels.id.length;
    data.findingsOf = parcels.id.map(() => []);
    data.findings.parcel.forEach((parcel, row) => data.findingsOf[parcel].push(findingAt(data.findings, row)));
    data.haystack = parcels.id.map((id, row) =>
      pw.searchable([id, pw.textAt(parcels.enterprise, row), pw.textAt(parcels.town, row)].filter(Boolean).join("\n"))
    );
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
    const labels = data.findingsOf[row].filter((finding) => finding.outcome === outcome).map((finding) => finding.label);
    return [...new Set(labels)];
  };
})(window.parcelwatch);
