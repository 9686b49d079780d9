/* Parcels, footprints and their labels on Leaflet's canvas. */
"use strict";
(function (pw) {
  /* Told apart by lightness and by stroke as well as by hue. */
  pw.OUTCOMES = ["met", "undetermined", "not_met", "none"];
  pw.STYLES = {
    met: { color: "#8f2d0c", weight: 2.5, dashArray: null, fillColor: "#d9531e", fillOpacity: 0.62, opacity: 1 },
    undetermined: { color: "#7a5600", weight: 2, dashArray: "6 4", fillColor: "#f0b429", fillOpacity: 0.42, opacity: 1 },
    not_met: { color: "#2b5f8a", weight: 1.2, dashArray: null, fillColor: "#8db9da", fillOpacity: 0.38, opacity: 1 },
    none: { color: "#8a93a0", weight: 0.7, dashArray: null, fillColor: "#cbd0d6", fillOpacity: 0.35, opacity: 1 },
  };
  /* Fills from the most changed step to the least, told apart by lightness; strokes that show on all of them. */
  pw.SHADES = ["#3f007d", "#6a51a3", "#9e9ac8", "#cbc9e2", "#f2f0f7"];
  const STROKES_ON_SHADES = {
    met: { color: "#d9531e", weight: 3 },
    undetermined: { color: "#b07800" },
    not_met: { color: "#3f7fb5" },
  };
  const FADED = { opacity: 0.25, fillOpacity: 0.08 };
  const FOOTPRINT = { color: "#30373f", weight: 0.8, opacity: 0.85, fillColor: "#4b5563", fillOpacity: 0.55, interactive: false };
  const CLOSEST_ZOOM = 20;
  const [BUTTONS, MARGIN, SCALE] = [60, 28, 40]; // room for the zoom buttons, for nothing, and for the scale bar [pixels]
  const LINE = 15; // height of a label [pixels]
  const SHORTEST = 12; // no label is narrower [pixels]

  /** A small square drawn as a parcel of an outcome is. */
  pw.swatch = function (outcome) {
    const made = pw.element("span", "pw-swatch pw-swatch-" + outcome);
    made.setAttribute("aria-hidden", "true");
    return made;
  };

  /** Texts on a canvas above the shapes, each where it fits and hides no other. */
  const Labels = L.Layer.extend({
    initialize(entries) {
      this._entries = entries;
    },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "pw-labels leaflet-zoom-hide", map.getPane("overlayPane"));
      map.on("moveend zoomend resize", this.redraw, this);
      this.redraw();
    },
    onRemove(map) {
      map.off("moveend zoomend resize", this.redraw, this);
      L.Util.cancelAnimFrame(this._frame);
      this._canvas.remove();
    },
    redraw() {
      if (!this._frame) this._frame = L.Util.requestAnimFrame(this._draw, this);
    },
    _draw() {
      this._frame = null;
      const size = this._map.getSize();
      const ratio = window.devicePixelRatio || 1;
      this._canvas.width = size.x * ratio;
      this._canvas.height = size.y * ratio;
      this._canvas.style.width = size.x + "px";
      this._canvas.style.height = size.y + "px";
      L.DomUtil.setPosition(this._canvas, this._map.containerPointToLayerPoint([0, 0]));
      const pen = this._canvas.getContext("2d");
      pen.scale(ratio, ratio);
      Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3 });
      this._taken = [];
      for (const entry of this._entries()) this._write(pen, entry, size);
    },
    _write(pen, { text, anchor, bounds, font, ink, halo }, size) {
      const at = this._map.latLngToContainerPoint(anchor);
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) return;
      const [first, last] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this._map.latLngToContainerPoint(corner));
      const room = last.subtract(first);
      if (room.x < SHORTEST || room.y < LINE) return;
      pen.font = font;
      const wide = pen.measureText(text).width + 6;
      if (wide > room.x) return;
      const box = [at.x - wide / 2, at.y - LINE / 2, at.x + wide / 2, at.y + LINE / 2];
      if (this._taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
      this._taken.push(box);
      pen.strokeStyle = halo;
      pen.strokeText(text, at.x, at.y);
      pen.fillStyle = ink;
      pen.fillText(text, at.x, at.y);
    },
  });

  /** How a parcel is drawn: its stroke by outcome, its fill by outcome or by how much it changed. */
  function styleOf(view, row) {
    const { changes, parcels } = view.data;
    const outcome = pw.textAt(parcels.outcome, row);
    const style = { ...pw.STYLES[outcome] };
    if (view.isShaded) {
      const step = changes.step[row];
      const fill = step === null ? { fillOpacity: 0 } : { fillColor: pw.SHADES[step], fillOpacity: 0.9 };
      Object.assign(style, STROKES_ON_SHADES[outcome], fill);
    }
    return view.isShown(row) ? style : { ...style, ...FADED };
  }

  /** One polygon a parcel; null where there is nothing to draw. */
  function makeParcels(view) {
    const { data } = view;
    return data.parcels.shape.map((shape, row) => {
      if (!shape) return null;
      const polygon = L.polygon(pw.latLngs(shape, data), styleOf(view, row));
      polygon.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        view.select(row, "map");
      });
      return polygon;
    });
  }

  function footprintEntries(view, footprints) {
    const font = "600 11px " + view.fonts;
    return footprints
      .map((polygon, row) => ({ polygon, storeys: view.data.footprints.storeys[row] }))
      .filter(({ storeys }) => storeys !== null)
      .map(({ polygon, storeys }) => ({
        text: view.say("map.storeys", { count: storeys }),
        anchor: polygon.getBounds().getCenter(),
        bounds: polygon.getBounds(),
        font,
        ink: "#ffffff",
        halo: "#30373f",
      }));
  }

  function parcelEntries(view, parcels) {
    const { data } = view;
    const font = "600 12px " + view.fonts;
    const entries = [];
    parcels.forEach((polygon, row) => {
      if (!polygon) return;
      const place = pw.anchorOf(data.parcels.anchor[row], polygon.getBounds(), data);
      entries.push({ row, text: pw.visible(data.parcels.id[row]), ...place, font, ink: "#1f2933", halo: "#ffffff" });
    });
    return entries;
  }

  const overlaps = (low, high, box) => low.x < box.max.x && high.x > box.min.x && high.y < box.max.y && low.y > box.min.y;

  /** Everything that is drawn on the map, and how it follows the selection and the filter. */
  pw.makeShapes = function (view) {
    const { data, map } = view;
    const parcels = makeParcels(view);
    const drawn = parcels.filter(Boolean);
    const footprints = data.footprints.shape.map((shape) => L.polygon(pw.latLngs(shape, data), FOOTPRINT));
    const all = L.featureGroup(drawn.length ? drawn : footprints).getBounds();
    // what needs a person first lies on top
    for (const polygon of [...drawn].reverse()) polygon.addTo(map);
    const footprintLayer = L.layerGroup(footprints).addTo(map);
    const casing = L.polygon([], { color: "#ffffff", weight: 8, fill: false, interactive: false }).addTo(map);
    const outline = L.polygon([], { color: "#111827", weight: 4, fill: false, interactive: false }).addTo(map);
    const ofParcels = parcelEntries(view, parcels);
    const labels = new Labels(() => {
      const shown = ofParcels.filter(({ row }) => view.isShown(row));
      return map.hasLayer(footprintLayer) ? [...shown, ...footprintEntries(view, footprints)] : shown;
    }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    const faded = new Set();

    /** The part of the map that the legend hides [pixels]. */
    function legendBox() {
      const [own, legend] = [map.getContainer(), document.querySelector(".pw-legend")].map((box) => box.getBoundingClientRect());
      return L.bounds([legend.left - own.left, legend.top - own.top], [legend.right - own.left, legend.bottom - own.top]);
    }

    return {
      parcels,
      labels,
      footprintLayer,
      mark(row) {
        const polygon = row === null ? null : parcels[row];
        for (const line of [casing, outline]) {
          line.setLatLngs(polygon ? polygon.getLatLngs() : []);
          line.bringToFront();
        }
      },
      /** Show everything, beside the legend or above it, whichever lets it be larger. */
      showAll() {
        if (!all.isValid()) return;
        const [size, legend] = [map.getSize(), legendBox().getSize()];
        const beside = { paddingTopLeft: [Math.min(Math.max(legend.x + 20, BUTTONS), size.x / 2), MARGIN], paddingBottomRight: [MARGIN, SCALE] };
        const above = { paddingTopLeft: [BUTTONS, MARGIN], paddingBottomRight: [MARGIN, Math.min(Math.max(legend.y + 20, SCALE), size.y / 2)] };
        const zoomOf = ({ paddingTopLeft: [left, top], paddingBottomRight: [right, bottom] }) =>
          map.getBoundsZoom(all, false, L.point(left + right, top + bottom));
        const around = zoomOf(beside) > zoomOf(above) ? beside : above;
        map.fitBounds(all, { ...around, maxZoom: CLOSEST_ZOOM, animate: false });
      },
      /** Bring a parcel into sight; nothing moves where it already is, nor is the scale changed unless asked. */
      bring(row, mayZoom) {
        const polygon = parcels[row];
        if (!polygon) return;
        const bounds = polygon.getBounds();
        const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.latLngToContainerPoint(corner));
        const isHidden = overlaps(low, high, legendBox());
        const isLarge = Math.max(high.x - low.x, low.y - high.y) > 40;
        if (map.getBounds().contains(bounds) && !isHidden && (isLarge || !mayZoom)) return;
        if (mayZoom) map.fitBounds(bounds.pad(1), { maxZoom: CLOSEST_ZOOM, animate: false });
        else map.panTo(bounds.getCenter(), { animate: false });
      },
      /** Fade what the filter leaves out. */
      filter() {
        parcels.forEach((polygon, row) => {
          if (!polygon || view.isShown(row) !== faded.has(row)) return;
          if (!faded.delete(row)) faded.add(row);
          polygon.setStyle(styleOf(view, row));
        });
        labels.redraw();
      },
      /** Draw every parcel again, as its fill now says. */
      shade() {
        parcels.forEach((polygon, row) => polygon && polygon.setStyle(styleOf(view, row)));
      },
    };
  };
})(window.parcelwatch);
