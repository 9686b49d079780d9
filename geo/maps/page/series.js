/* A parcel's built fraction over time with its bounds, as a small drawing. */
"use strict";
(function (pw) {
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [360, 150, 30, 8, 30, 22];
  const DAY = 86400000;
  const MONTHS_BETWEEN_TICKS = [1, 2, 3, 6, 12, 24, 60, 120];
  const TICKS = 6;
  const HALF_A_TICK = 21; // no month is cut off at the edge
  const SIGHT = 120 * DAY; // an agreed day so far outside the scenes is still drawn
  const BLIND = 60 * DAY; // nothing is drawn across a longer time without a scene that was seen

  function draw(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = pw.visible(text);
    return made;
  }

  const time = (day) => Date.parse(day + "T00:00:00Z");

  /** Scenes of a parcel: time, value and bounds; value null where it could not be seen. */
  function pointsOf(series, row) {
    const own = series.of[row];
    if (!own) return [];
    return own.day.map((day, i) => ({
      day: series.day[day],
      at: time(series.day[day]),
      built: own.built[i] === null ? null : own.built[i] / 1000,
      low: own.low[i] === null ? null : own.low[i] / 1000,
      high: own.high[i] === null ? null : own.high[i] / 1000,
    }));
  }

  /** First days of months, not more than TICKS of them. */
  function ticks(from, to) {
    const first = new Date(from);
    const months = (new Date(to).getUTCFullYear() - first.getUTCFullYear()) * 12 + new Date(to).getUTCMonth() - first.getUTCMonth();
    const between = MONTHS_BETWEEN_TICKS.find((step) => months / step < TICKS) || MONTHS_BETWEEN_TICKS.at(-1);
    const found = [];
    const start = first.getUTCFullYear() * 12 + first.getUTCMonth();
    for (let month = Math.ceil(start / between) * between; ; month += between) {
      const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
      if (at > to) return found;
      if (at >= from) found.push(at);
    }
  }

  /** Months of a parcel, from their first day to their last: value and bounds of those that are known. */
  function monthsOf(months, row) {
    const own = months.of[row];
    if (!own) return [];
    const at = (month, later) => Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + later, 1);
    return own.month
      .map((place, i) => ({ from: at(months.month[place], 0), to: at(months.month[place], 1), built: own.built[i], low: own.low[i], high: own.high[i] }))
      .filter(({ built, low, high }) => built !== null && low !== null && high !== null)
      .map((one) => ({ ...one, built: one.built / 1000, low: one.low / 1000, high: one.high / 1000 }));
  }

  function monthBand(picture, scale, months) {
    for (const { from, to, built, low, high } of months) {
      const [x, width] = [scale.x(from), scale.x(to) - scale.x(from)];
      picture.append(draw("rect", { class: "pw-month", x, width, y: scale.y(high), height: Math.max(scale.y(low) - scale.y(high), 0.5) }));
      picture.append(draw("line", { class: "pw-month-line", x1: x, x2: x + width, y1: scale.y(built), y2: scale.y(built) }));
    }
  }

  function axes(picture, scale, range) {
    for (const share of [0, 0.5, 1]) {
      const y = scale.y(share);
      picture.append(draw("line", { class: "pw-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }));
      picture.append(draw("text", { class: "pw-tick", x: LEFT - 5, y: y + 3, "text-anchor": "end" }, share === 0.5 ? "0.5" : String(share)));
    }
    for (const at of ticks(...range)) {
      const x = scale.x(at);
      picture.append(draw("line", { class: "pw-grid", x1: x, x2: x, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 4 }));
      const middle = Math.min(x, WIDTH - HALF_A_TICK);
      picture.append(draw("text", { class: "pw-tick", x: middle, y: HEIGHT - 6, "text-anchor": "middle" }, new Date(at).toISOString().slice(0, 7)));
    }
  }

  function marks(picture, scale, days) {
    days.forEach(({ text, at }, place) => {
      const x = scale.x(at);
      const isLate = x > WIDTH / 2;
      const y = 10 + (place % 2) * 12;
      picture.append(draw("line", { class: "pw-mark", x1: x, x2: x, y1: y - 6, y2: HEIGHT - BOTTOM }));
      picture.append(draw("text", { class: "pw-mark-text", x: isLate ? x - 4 : x + 4, y, "text-anchor": isLate ? "end" : "start" }, text));
    });
  }

  /** Split scenes where none was seen for long. */
  function runs(seen) {
    const found = [];
    seen.forEach((point, place) => {
      if (!place || point.at - seen[place - 1].at > BLIND) found.push([]);
      found.at(-1).push(point);
    });
    return found;
  }

  function curve(picture, scale, seen) {
    const corner = (point, key) => scale.x(point.at).toFixed(1) + " " + scale.y(point[key]).toFixed(1);
    const bounded = seen.filter((point) => point.low !== null && point.high !== null);
    if (bounded.length > 1) {
      const there = bounded.map((point) => corner(point, "high"));
      const back = bounded.map((point) => corner(point, "low")).reverse();
      picture.append(draw("path", { class: "pw-band", d: "M" + [...there, ...back].join("L") + "Z" }));
    }
    for (const point of bounded) {
      const x = scale.x(point.at);
      picture.append(draw("line", { class: "pw-whisker", x1: x, x2: x, y1: scale.y(point.low), y2: scale.y(point.high) }));
    }
    picture.append(draw("path", { class: "pw-curve", d: "M" + seen.map((point) => corner(point, "built")).join("L") }));
  }

  function dots(picture, scale, points, say) {
    for (const point of points) {
      const isSeen = point.built !== null;
      const made = isSeen
        ? draw("circle", { class: "pw-dot", cx: scale.x(point.at), cy: scale.y(point.built), r: 2.6 })
        : draw("rect", { class: "pw-unseen", x: scale.x(point.at) - 1.5, y: HEIGHT - BOTTOM - 5, width: 3, height: 5 });
      const value = { day: point.day, value: (point.built ?? 0).toFixed(2), low: (point.low ?? 0).toFixed(2), high: (point.high ?? 0).toFixed(2) };
      made.append(draw("title", {}, say(isSeen ? "map.series_point" : "map.series_unseen", value)));
      picture.append(made);
    }
  }

  /** The drawing of a parcel's series, with `days` ([{text, day}]) marked; a sentence where no scene could be used, null where there is none. */
  pw.makeSeries = function (view, row, days) {
    const { data, say } = view;
    const points = pointsOf(data.series, row);
    const months = monthsOf(data.months, row);
    if (!points.length && !months.length) return null;
    const seen = points.filter((point) => point.built !== null);
    if (!seen.length && !months.length) return pw.element("p", "pw-quiet", say("map.series_none", { unseen: points.length }));
    const asOf = time(data.scan.as_of);
    const first = Math.min(...points.slice(0, 1).map(({ at }) => at), ...months.slice(0, 1).map(({ from }) => from));
    const last = Math.max(asOf, ...points.map(({ at }) => at));
    const marked = days
      .map(({ text, day }) => ({ text, at: time(day) }))
      .filter(({ at }) => at >= first - SIGHT && at <= last + SIGHT)
      .sort((one, other) => one.at - other.at);
    const range = [Math.min(first, ...marked.map(({ at }) => at)) - 10 * DAY, Math.max(last, ...marked.map(({ at }) => at)) + 10 * DAY];
    const scale = {
      x: (at) => LEFT + ((at - range[0]) / (range[1] - range[0])) * (WIDTH - LEFT - RIGHT),
      y: (share) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM),
    };
    const picture = draw("svg", { class: "pw-series", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": say("map.series") });
    axes(picture, scale, range);
    monthBand(picture, scale, months);
    marks(picture, scale, marked);
    for (const run of runs(seen)) curve(picture, scale, run);
    dots(picture, scale, points, say);
    return pw.holding("figure", "pw-figure", [
      picture,
      pw.element("figcaption", "", say("map.series_caption", { seen: seen.length, unseen: points.length - seen.length }) + (months.length ? say("map.series_months") : "")),
    ]);
  };
})(window.parcelwatch);
