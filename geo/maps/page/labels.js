/* Texts on the sheet, each where it fits inside its outline and hides no other. */
"use strict";
(function (pw) {
  const LINE = 15; // height of a label [pixels]
  const NARROWEST = 5; // a letter is at least so wide [pixels]

  /** A painter of labels, the same for every frame: `layers()` gives [{outlines, rows(frame), textOf, font, ink, halo}]. */
  pw.labelPainter = function (layers) {
    const anchors = new Map(); // by layer, then by row

    function anchorAt(outlines, row) {
      if (!anchors.has(outlines)) anchors.set(outlines, new Map());
      const kept = anchors.get(outlines);
      if (!kept.has(row)) kept.set(row, pw.anchorOf(outlines, row));
      return kept.get(row);
    }

    function write({ pen, scale, east, south }, text, anchor, taken) {
      const [room, height] = [anchor.room * scale, anchor.height * scale];
      if (height < LINE || room < text.length * NARROWEST) return;
      const wide = pen.measureText(text).width + 6;
      if (wide > room) return;
      const [x, y] = [anchor.x * scale + east, anchor.y * scale + south];
      const box = [x - wide / 2, y - LINE / 2, x + wide / 2, y + LINE / 2];
      if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
      taken.push(box);
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }

    return function (frame) {
      const { pen, scale } = frame;
      Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3 });
      const taken = [];
      for (const { outlines, textOf, font, ink, halo } of layers()) {
        Object.assign(pen, { font, fillStyle: ink, strokeStyle: halo });
        const { boxes } = outlines;
        for (const row of pw.rowsIn(outlines, frame)) {
          const b = row * 4;
          if ((boxes[b + 3] - boxes[b + 1]) * scale < LINE || (boxes[b + 2] - boxes[b]) * scale < LINE) continue;
          const text = textOf(row);
          const anchor = text ? anchorAt(outlines, row) : null;
          if (anchor) write(frame, text, anchor, taken);
        }
      }
    };
  };
})(window.parcelwatch);
