/* A Leaflet layer that paints any number of outlines on one canvas: what is small as a dot, what is large point by point. */
"use strict";
(function (pw) {
  const DOT = 3; // an outline no wider and no higher is a dot [pixels]
  const DASHED = 14; // dashes show on outlines at least so large [pixels]
  const AT_ONCE = 32; // outlines filled in one go: of many at once each would cost more

  /** The canvas, and what painters need to know of it. Painters are called in turn with a frame. */
  pw.Sheet = L.Renderer.extend({
    options: { padding: 0.15 },
    initialize(origin, painters) {
      L.Renderer.prototype.initialize.call(this, {});
      this._origin = origin || [0, 0];
      this._painters = painters;
    },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "pw-sheet";
    },
    _destroyContainer() {
      L.Util.cancelAnimFrame(this._asked);
      this._asked = null;
      this._container.remove();
      this._container = null;
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this.repaint();
    },
    /** Paint once more before the next picture is shown. */
    repaint() {
      if (!this._asked && this._map) this._asked = L.Util.requestAnimFrame(this._paint, this);
    },
    _paint() {
      L.Util.cancelAnimFrame(this._asked);
      this._asked = null;
      const [{ min, max }, ratio, box] = [this._bounds, window.devicePixelRatio || 1, this._container];
      const size = max.subtract(min);
      L.DomUtil.setPosition(box, min);
      box.width = size.x * ratio;
      box.height = size.y * ratio;
      box.style.width = size.x + "px";
      box.style.height = size.y + "px";
      const pen = box.getContext("2d");
      pen.scale(ratio, ratio);
      const scale = 2 ** (this._map.getZoom() - pw.STEP_ZOOM);
      const corner = this._map.getPixelOrigin().add(min);
      const frame = {
        pen,
        scale,
        fine: 2 * ratio,
        east: this._origin[0] * scale - corner.x,
        south: this._origin[1] * scale - corner.y,
        width: size.x,
        height: size.y,
      };
      for (const paint of this._painters) paint(frame);
    },
  });

  /** Rows whose boxes meet the sheet. */
  pw.rowsIn = function (outlines, { scale, east, south, width, height }) {
    const [west, north] = [-east / scale, -south / scale];
    const [right, bottom] = [(width - east) / scale, (height - south) / scale];
    const { boxes, count } = outlines;
    const found = [];
    for (let row = 0, b = 0; row < count; row++, b += 4) {
      if (boxes[b] <= right && boxes[b + 2] >= west && boxes[b + 1] <= bottom && boxes[b + 3] >= north) found.push(row);
    }
    return found;
  };

  /**
   * Put an outline into the pen's path. Each point goes to the nearest fraction of a pixel, whatever outline it belongs to,
   * and repeated ones are left out: outlines grow simpler when they are small, and no gap opens between neighbours.
   */
  pw.trace = function ({ pen, scale, fine, east, south }, { lineOf, pointOf, x, y }, row, isOpen) {
    const [by, toEast, toSouth] = [scale * fine, east * fine, south * fine];
    for (let line = lineOf[row]; line < lineOf[row + 1]; line++) {
      let [lastX, lastY, isFirst] = [0, 0, true];
      for (let p = pointOf[line]; p < pointOf[line + 1]; p++) {
        const [atX, atY] = [Math.round(x[p] * by + toEast), Math.round(y[p] * by + toSouth)];
        if (isFirst) pen.moveTo(atX / fine, atY / fine);
        else if (atX !== lastX || atY !== lastY) pen.lineTo(atX / fine, atY / fine);
        [lastX, lastY, isFirst] = [atX, atY, false];
      }
      if (!isOpen) pen.closePath();
    }
  };

  function finish(pen, style, isDashed) {
    if (style.fillOpacity) {
      pen.globalAlpha = style.fillOpacity;
      pen.fillStyle = style.fillColor;
      pen.fill();
    }
    if (!style.weight) return;
    pen.globalAlpha = style.opacity;
    pen.strokeStyle = style.color;
    pen.lineWidth = isDashed ? style.weight : Math.min(style.weight, 1.5);
    pen.setLineDash(isDashed ? style.dash : []);
    pen.stroke();
  }

  /** Paint outlines of one style: what is too small for a shape as a dot. */
  pw.paintAlike = function (frame, outlines, rows, style) {
    const { pen, scale, east, south } = frame;
    const { boxes } = outlines;
    const groups = [[], []]; // small and large
    pen.globalAlpha = style.opacity;
    pen.fillStyle = style.fillOpacity >= 0.5 ? style.fillColor : style.color;
    for (const row of rows) {
      const b = row * 4;
      const across = Math.max(boxes[b + 2] - boxes[b], boxes[b + 3] - boxes[b + 1]) * scale;
      if (across > DOT) {
        groups[across > DASHED ? 1 : 0].push(row);
      } else if (style.dot) {
        const [atX, atY] = [((boxes[b] + boxes[b + 2]) / 2) * scale + east, ((boxes[b + 1] + boxes[b + 3]) / 2) * scale + south];
        pen.fillRect(atX - style.dot, atY - style.dot, 2 * style.dot, 2 * style.dot);
      }
    }
    groups.forEach((group, isLarge) => {
      for (let first = 0; first < group.length; first += AT_ONCE) {
        pen.beginPath();
        const last = Math.min(first + AT_ONCE, group.length);
        for (let at = first; at < last; at++) pw.trace(frame, outlines, group[at], style.isOpen);
        finish(pen, style, isLarge === 1);
      }
    });
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  };
})(window.parcelwatch);
