/* Everything that is drawn on the map, and how it follows the selection and the filter. */
"use strict";
(function (pw) {
  const CLOSEST_ZOOM = 20;
  const [BUTTONS, MARGIN, SCALE] = [60, 28, 40]; // room for the zoom buttons, for nothing, and for the scale bar [pixels]
  const REACH = 10; // a click so near a small parcel is meant for it [pixels]
  const SMALL = 24; // [pixels]

  const overlaps = (low, high, box) => low.x < box.max.x && high.x > box.min.x && high.y < box.max.y && low.y > box.min.y;

  /** Places of outlines as Leaflet wants them. */
  function placing(map, origin) {
    const corner = (x, y) => map.unproject(L.point(x + origin[0], y + origin[1]), pw.STEP_ZOOM);
    return {
      latLng: corner,
      bounds({ boxes, has }, row) {
        if (!has(row)) return null;
        const [west, north, east, south] = boxes.subarray(row * 4, row * 4 + 4);
        return L.latLngBounds(corner(west, south), corner(east, north));
      },
      /** Box around all outlines of a layer; null where there is none. */
      all({ boxes, count, has }) {
        const around = [Infinity, Infinity, -Infinity, -Infinity];
        for (let row = 0; row < count; row++) {
          if (!has(row)) continue;
          for (let side = 0; side < 4; side++) around[side] = Math[side < 2 ? "min" : "max"](around[side], boxes[row * 4 + side]);
        }
        return around[0] > around[2] ? null : L.latLngBounds(corner(around[0], around[3]), corner(around[2], around[1]));
      },
      steps(latLng) {
        const at = map.project(latLng, pw.STEP_ZOOM);
        return [at.x - origin[0], at.y - origin[1]];
      },
    };
  }

  /** The row whose parcel is at a place: what lies on top, or else a small parcel near by; null where there is none. */
  function rowAt(outlines, [x, y], scale) {
    const { boxes, count } = outlines;
    const reach = REACH / scale;
    let [near, nearest] = [null, Infinity];
    for (let row = 0, b = 0; row < count; row++, b += 4) {
      const [west, north, east, south] = [boxes[b], boxes[b + 1], boxes[b + 2], boxes[b + 3]];
      if (x < west - reach || x > east + reach || y < north - reach || y > south + reach) continue;
      if (pw.isInside(outlines, row, x, y)) return row;
      if (Math.max(east - west, south - north) * scale > SMALL) continue;
      const away = Math.hypot(x - (west + east) / 2, y - (north + south) / 2);
      if (away < nearest) [near, nearest] = [row, away];
    }
    return near;
  }

  function parcelPainter(view) {
    const outlines = view.data.outlines.parcels;
    return function (frame) {
      const alike = new Map();
      for (const row of pw.rowsIn(outlines, frame)) {
        const number = view.numbers[row];
        if (!alike.has(number)) alike.set(number, []);
        alike.get(number).push(row);
      }
      // what needs a person lies on top
      for (const number of [...alike.keys()].sort((one, other) => other - one)) {
        const rows = alike.get(number);
        pw.paintAlike(frame, outlines, rows, pw.styleOf(view, rows[0]));
      }
    };
  }

  /** Footprints, and above the parts of a building the outline of the whole. */
  function footprintPainter(view) {
    const outlines = view.data.outlines.footprints;
    const whole = new Set(view.data.footprints.whole);
    return function (frame) {
      if (!view.layers.footprints) return;
      const rows = pw.rowsIn(outlines, frame);
      pw.paintAlike(frame, outlines, rows.filter((row) => !whole.has(row)), pw.FOOTPRINT);
      pw.paintAlike(frame, outlines, rows.filter((row) => whole.has(row)), pw.WHOLE_FOOTPRINT);
    };
  }

  function overlayPainter(view) {
    return function (frame) {
      view.data.outlines.overlays.forEach((outlines, place) => {
        if (!view.layers[place]) return;
        const { colour, is_area: isArea } = view.data.overlays[place];
        const style = { color: colour, weight: 3, dash: isArea ? [] : [10, 5], opacity: 0.95, fillColor: colour, fillOpacity: isArea ? 0.18 : 0, dot: 2, isOpen: !isArea };
        pw.paintAlike(frame, outlines, pw.rowsIn(outlines, frame), style);
      });
    };
  }

  function markPainter(view) {
    const outlines = view.data.outlines.parcels;
    return function (frame) {
      if (view.selected === null || !outlines.has(view.selected)) return;
      const { pen, scale, east, south } = frame;
      const b = view.selected * 4;
      const [west, north, right, bottom] = outlines.boxes.subarray(b, b + 4);
      pen.beginPath();
      if (Math.max(right - west, bottom - north) * scale > 8) pw.trace(frame, outlines, view.selected);
      else pen.arc(((west + right) / 2) * scale + east, ((north + bottom) / 2) * scale + south, 9, 0, 7);
      for (const [color, width] of [["#ffffff", 8], ["#111827", 4]]) {
        Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
        pen.stroke();
      }
    };
  }

  function labelLayers(view) {
    const { parcels, footprints, overlays } = view.data.outlines;
    const { storeys, whole } = view.data.footprints;
    const isWhole = new Set(whole);
    const ofParcels = {
      outlines: parcels,
      textOf: (row) => (view.shown[row] ? pw.visible(view.data.parcels.id[row]) : ""),
      font: "600 12px " + view.fonts,
      ink: "#1f2933",
      halo: "#ffffff",
    };
    const ofFootprints = {
      outlines: footprints,
      textOf: (row) => (storeys[row] === null || isWhole.has(row) ? "" : view.say("map.storeys", { count: storeys[row] })),
      font: "600 11px " + view.fonts,
      ink: "#ffffff",
      halo: "#30373f",
    };
    return function () {
      const named = overlays
        .map((outlines, place) => ({ outlines, place, names: view.data.overlays[place].name }))
        .filter(({ place }) => view.layers[place] && view.data.overlays[place].is_area)
        .map(({ outlines, names }) => ({ ...ofParcels, outlines, textOf: (row) => pw.visible(pw.textAt(names, row) || "") }));
      return [ofParcels, ...(view.layers.footprints ? [ofFootprints] : []), ...named];
    };
  }

  pw.makeShapes = function (view) {
    const { data, map } = view;
    const { parcels, footprints } = data.outlines;
    const place = placing(map, data.origin || [0, 0]);
    view.numbers = new Uint8Array(data.count);
    const sheet = new pw.Sheet(data.origin, [
      parcelPainter(view),
      footprintPainter(view),
      overlayPainter(view),
      markPainter(view),
      pw.labelPainter(labelLayers(view)),
    ]);
    const around = place.all(parcels) || place.all(footprints);
    // a map that was never placed has no pixels to paint on
    map.whenReady(() => sheet.addTo(map));
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);

    /** The part of the map that the legend hides [pixels]. */
    function legendBox() {
      const [own, legend] = [map.getContainer(), document.querySelector(".pw-legend")].map((box) => box.getBoundingClientRect());
      return L.bounds([legend.left - own.left, legend.top - own.top], [legend.right - own.left, legend.bottom - own.top]);
    }

    return {
      repaint: () => sheet.repaint(),
      boundsOf: (row) => place.bounds(parcels, row),
      anchorOf(row) {
        const anchor = pw.anchorOf(parcels, row);
        return anchor && place.latLng(anchor.x, anchor.y);
      },
      styleOf: (row) => pw.styleOf(view, row),
      rowAt: (latLng) => rowAt(parcels, place.steps(latLng), 2 ** (map.getZoom() - pw.STEP_ZOOM)),
      /** Show everything, beside the legend or above it, whichever lets it be larger. */
      showAll() {
        if (!around) return;
        const [size, legend] = [map.getSize(), legendBox().getSize()];
        const beside = { paddingTopLeft: [Math.min(Math.max(legend.x + 20, BUTTONS), size.x / 2), MARGIN], paddingBottomRight: [MARGIN, SCALE] };
        const above = { paddingTopLeft: [BUTTONS, MARGIN], paddingBottomRight: [MARGIN, Math.min(Math.max(legend.y + 20, SCALE), size.y / 2)] };
        const zoomOf = ({ paddingTopLeft: [left, top], paddingBottomRight: [right, bottom] }) =>
          map.getBoundsZoom(around, false, L.point(left + right, top + bottom));
        const best = zoomOf(beside) > zoomOf(above) ? beside : above;
        map.fitBounds(around, { ...best, maxZoom: CLOSEST_ZOOM, animate: false });
      },
      /** Bring a parcel into sight; nothing moves where it already is, nor is the scale changed unless asked. */
      bring(row, mayZoom) {
        const bounds = place.bounds(parcels, row);
        if (!bounds) return;
        const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.latLngToContainerPoint(corner));
        const isHidden = overlaps(low, high, legendBox());
        const isLarge = Math.max(high.x - low.x, low.y - high.y) > 40;
        if (map.getBounds().contains(bounds) && !isHidden && (isLarge || !mayZoom)) return;
        if (mayZoom) map.fitBounds(bounds.pad(1), { maxZoom: CLOSEST_ZOOM, animate: false });
        else map.panTo(bounds.getCenter(), { animate: false });
      },
      /** Look again at which parcels are shown and how, and paint them. */
      restyle() {
        for (let row = 0; row < data.count; row++) view.numbers[row] = pw.styleNumber(view, row);
        sheet.repaint();
      },
    };
  };
})(window.parcelwatch);
