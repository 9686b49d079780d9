/* Parcels, footprints and their labels on Leaflet's canvas; the legend that explains them. */
"use strict";
(function (pw) {
  /* Told apart by lightness and by stroke as well as by hue. */
  pw.OUTCOMES = ["met", "undetermined", "not_met", "none"];
  pw.STYLES = {
    met: { color: "#8f2d0c", weight: 2.5, dashArray: null, fillColor: "#d9531e", fillOpacity: 0.62, opacity: 1 },
    undetermined: { color: "#7a5600", weight: 2, dashArray: "6 4", fillColor: "#f0b429", fillOpacity: 0.42, opacity: 1 },
    not_met: { color: "#2b5f8a", weight: 1.2, dashArray: null, fillColor: "#8db9da", fillOpacity: 0.38, opacity: 1 },
    none: { color: "#6b7280", weight: 1.2, dashArray: "1 4", fillColor: "#cbd0d6", fillOpacity: 0.35, opacity: 1 },
  };
  const FADED = { opacity: 0.25, fillOpacity: 0.08 };
  const FOOTPRINT = { color: "#30373f", weight: 0.8, opacity: 0.85, fillColor: "#4b5563", fillOpacity: 0.55, interactive: false };
  const CLOSEST_ZOOM = 20;
  const AROUND = { paddingTopLeft: [60, 28], paddingBottomRight: [28, 76] }; // room for the controls [pixels]
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

  /** One polygon a parcel; null where there is nothing to draw. */
  function makeParcels(view) {
    const { data } = view;
    return data.parcels.shape.map((shape, row) => {
      if (!shape) return null;
      const polygon = L.polygon(pw.latLngs(shape, data), pw.STYLES[pw.textAt(data.parcels.outcome, row)]);
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

  /** Everything that is drawn on the map, and how it follows the selection and the filter. */
  pw.makeShapes = function (view) {
    const { data, map } = view;
    const parcels = makeParcels(view);
    const drawn = parcels.filter(Boolean);
    const footprints = data.footprints.shape.map((shape) => L.polygon(pw.latLngs(shape, data), FOOTPRINT));
    const all = L.featureGroup(drawn.length ? drawn : footprints).getBounds();
    if (all.isValid()) map.fitBounds(all, { ...AROUND, maxZoom: CLOSEST_ZOOM, animate: false });
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
      /** Bring a parcel into sight; nothing moves where it already is, nor is the scale changed unless asked. */
      bring(row, mayZoom) {
        const polygon = parcels[row];
        if (!polygon) return;
        const bounds = polygon.getBounds();
        const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.latLngToContainerPoint(corner));
        const isLarge = Math.max(high.x - low.x, low.y - high.y) > 40;
        if (map.getBounds().contains(bounds) && (isLarge || !mayZoom)) return;
        if (mayZoom) map.fitBounds(bounds.pad(1), { maxZoom: CLOSEST_ZOOM, animate: false });
        else map.panTo(bounds.getCenter(), { animate: false });
      },
      filter() {
        parcels.forEach((polygon, row) => {
          if (!polygon || view.isShown(row) !== faded.has(row)) return;
          const style = pw.STYLES[pw.textAt(data.parcels.outcome, row)];
          polygon.setStyle(faded.delete(row) ? style : { ...style, ...FADED });
          if (!view.isShown(row)) faded.add(row);
        });
        labels.redraw();
      },
    };
  };

  /** The legend, which also switches the footprints on and off. */
  pw.makeLegend = function (view, shapes) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      this._box = L.DomUtil.create("details", "pw-legend");
      this._box.open = window.innerWidth > 720;
      L.DomEvent.disableClickPropagation(this._box);
      L.DomEvent.disableScrollPropagation(this._box);
      return this._box;
    };
    control.addTo(view.map);
    const used = new Set(view.data.parcels.outcome.text);
    return {
      write() {
        const { say } = view;
        const lines = pw.OUTCOMES.filter((outcome) => outcome !== "none" || used.has(outcome)).map((outcome) =>
          pw.holding("div", "pw-legend-line", [pw.swatch(outcome), pw.element("span", "", say("map.legend_" + outcome))])
        );
        control._box.replaceChildren(pw.element("summary", "", say("map.legend")), pw.holding("div", "pw-legend-lines", lines));
        if (!view.data.footprints.shape.length) return;
        const box = pw.element("input");
        box.type = "checkbox";
        box.checked = view.map.hasLayer(shapes.footprintLayer);
        box.addEventListener("change", () => {
          if (box.checked) shapes.footprintLayer.addTo(view.map);
          else shapes.footprintLayer.remove();
          shapes.mark(view.selected);
          shapes.labels.redraw();
        });
        control._box.lastChild.append(
          pw.holding("label", "pw-legend-line", [box, pw.element("span", "pw-swatch pw-swatch-footprint"), pw.element("span", "", say("map.footprints"))])
        );
      },
    };
  };
})(window.parcelwatch);
