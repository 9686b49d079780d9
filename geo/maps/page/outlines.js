/* Outlines as geo/maps/outlines.py writes them: whole steps on the map's own plane, in typed arrays. */
"use strict";
(function (pw) {
  /** A step is a pixel of this zoom. */
  pw.STEP_ZOOM = 24;

  /** Reads numbers written in groups of seven bits, one after the other. */
  function reader(text) {
    const groups = atob(text);
    let at = 0;
    return function () {
      let group = groups.charCodeAt(at++);
      if (group < 128) return group;
      let value = group & 127;
      for (let weight = 128; ; weight *= 128) {
        group = groups.charCodeAt(at++);
        value += (group & 127) * weight;
        if (group < 128) return value;
      }
    };
  }

  /** Running sums of as many numbers: where each one's share begins, and at the end where the last one's ends. */
  function starts(next, count) {
    const found = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) found[i + 1] = found[i] + next();
    return found;
  }

  /** Boxes around each outline: west, north, east, south; the wrong way round where there is nothing. */
  function boxesOf({ count, lineOf, pointOf, x, y }) {
    const boxes = new Int32Array(count * 4);
    for (let row = 0; row < count; row++) {
      let [west, north, east, south] = [2147483647, 2147483647, -2147483648, -2147483648];
      const end = pointOf[lineOf[row + 1]];
      for (let p = pointOf[lineOf[row]]; p < end; p++) {
        if (x[p] < west) west = x[p];
        if (x[p] > east) east = x[p];
        if (y[p] < north) north = y[p];
        if (y[p] > south) south = y[p];
      }
      boxes.set([west, north, east, south], row * 4);
    }
    return boxes;
  }

  /** Outlines of one layer: the lines of each (a ring is one), the points of each line, and boxes [steps from the origin]. */
  pw.readOutlines = function (text) {
    const next = reader(text || "AA==");
    const count = next();
    const lineOf = starts(next, count);
    const pointOf = starts(next, lineOf[count]);
    const size = pointOf[lineOf[count]];
    const [x, y] = [new Int32Array(size), new Int32Array(size)];
    const unfold = (folded) => (folded % 2 ? -(folded + 1) / 2 : folded / 2);
    let [east, south] = [0, 0];
    for (let p = 0; p < size; p++) {
      x[p] = east += unfold(next());
      y[p] = south += unfold(next());
    }
    const outlines = { count, lineOf, pointOf, x, y };
    return { ...outlines, boxes: boxesOf(outlines), has: (row) => lineOf[row + 1] > lineOf[row] };
  };

  /** Whether a point [steps from the origin] lies inside an outline and in none of its holes. */
  pw.isInside = function ({ lineOf, pointOf, x, y }, row, px, py) {
    let isInside = false;
    for (let line = lineOf[row]; line < lineOf[row + 1]; line++) {
      const [start, end] = [pointOf[line], pointOf[line + 1]];
      for (let p = start, before = end - 1; p < end; before = p++) {
        const crosses = y[p] > py !== y[before] > py;
        if (crosses && px < ((x[before] - x[p]) * (py - y[p])) / (y[before] - y[p]) + x[p]) isInside = !isInside;
      }
    }
    return isInside;
  };

  /** West and east ends of the widest stretch inside an outline along one parallel; null where it does not meet it. */
  function widestAt({ lineOf, pointOf, x, y }, row, at) {
    const crossings = [];
    for (let line = lineOf[row]; line < lineOf[row + 1]; line++) {
      const [start, end] = [pointOf[line], pointOf[line + 1]];
      for (let p = start, before = end - 1; p < end; before = p++) {
        if (y[p] > at !== y[before] > at) crossings.push(((x[before] - x[p]) * (at - y[p])) / (y[before] - y[p]) + x[p]);
      }
    }
    crossings.sort((one, other) => one - other);
    let widest = null;
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      if (!widest || crossings[i + 1] - crossings[i] > widest[1] - widest[0]) widest = [crossings[i], crossings[i + 1]];
    }
    return widest;
  }

  const HEIGHTS = [0.5, 0.35, 0.65, 0.2, 0.8];

  /** Where a label may stand: a point inside an outline, and the room to both sides of it [steps from the origin]. */
  pw.anchorOf = function (outlines, row) {
    const [, north, , south] = outlines.boxes.subarray(row * 4, row * 4 + 4);
    let best = null;
    for (const share of HEIGHTS) {
      const at = north + (south - north) * share;
      const found = widestAt(outlines, row, at);
      if (found && (!best || found[1] - found[0] > 1.2 * best.room)) {
        best = { x: (found[0] + found[1]) / 2, y: at, room: found[1] - found[0], height: south - north };
      }
    }
    return best;
  };
})(window.parcelwatch);
