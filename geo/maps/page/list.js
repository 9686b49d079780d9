/* The list beside the map: however long it is, only the rows in sight are there. */
"use strict";
(function (pw) {
  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
  const HEIGHT = 80; // of a row, as viewer.css has it [pixels]
  const BEYOND = 6; // rows kept above and below those in sight

  const KEYS = {
    urgency: () => 0,
    area: (data, row) => -(data.parcels.area_m2[row] ?? -Infinity),
    due: (data, row) => pw.textAt(data.parcels.due_on, row) || "9999",
    change: (data, row) => data.changes.rank[row] ?? Infinity,
  };

  /** Rows in an order; those that it does not tell apart as the data has them, by urgency. */
  function ordered(data, order) {
    const rows = data.parcels.id.map((_, row) => row);
    if (order === "urgency") return rows;
    const keys = rows.map((row) => KEYS[order](data, row));
    return rows.sort((one, other) => (keys[one] < keys[other] ? -1 : keys[one] > keys[other] ? 1 : one - other));
  }

  function aside(view, row) {
    const { data, say, order } = view;
    const rank = data.changes ? data.changes.rank[row] : null;
    if (order === "change" && rank !== null) return pw.element("span", "pw-row-rank", say("map.change_rank_short", { rank, count: data.changes.count }));
    const due = pw.textAt(data.parcels.due_on, row);
    return order === "due" && due ? pw.element("span", "pw-row-rank", say("map.due_short", { day: due })) : null;
  }

  function rowOf(view, row) {
    const { data, say } = view;
    const outcome = pw.textAt(data.parcels.outcome, row);
    const made = pw.element("li", "pw-row");
    made.id = "pw-row-" + row;
    made.setAttribute("role", "option");
    const area = data.parcels.area_m2[row];
    const labels = outcome === "none" || outcome === "not_met" ? [] : pw.labelsOf(data, row).map((label) => say.of("law.label_", label));
    const name = pw.element("strong", "", pw.nameOf(data, row));
    name.title = pw.visible(pw.nameOf(data, row));
    made.append(
      pw.swatch(outcome),
      pw.holding("div", "pw-row-text", [
        pw.holding("div", "pw-row-head", [name, pw.element("span", "pw-row-area", area === null ? "" : say("map.area_short", { m2: pw.thousands(area) }))]),
        pw.holding("div", "pw-row-id", [
          ...pw.placeOf(data, row),
          data.outlines.parcels.has(row) ? null : pw.element("em", "", say("map.no_shape_short")),
        ]),
        pw.holding("div", "pw-row-labels", [
          pw.element("span", "pw-outcome pw-outcome-" + outcome, pw.outcomeText(say, outcome)),
          pw.element("span", "pw-row-label", labels.join(say("map.list_comma"))),
          aside(view, row),
        ]),
      ])
    );
    made.addEventListener("click", () => view.select(row, "list"));
    return made;
  }

  /** The list, and how it follows the selection, the filter and the order. */
  pw.makeList = function (view, root) {
    const { data } = view;
    const [rows, fold] = [root.querySelector(".pw-rows"), root.querySelector(".pw-fold")];
    const tall = pw.element("li", "pw-tall");
    tall.setAttribute("role", "presentation");
    rows.append(tall);
    let inOrder = null;
    let walk = []; // the rows that are shown, in order
    let there = new Map(); // row -> its element
    let asked = null;

    function paint() {
      cancelAnimationFrame(asked);
      asked = null;
      const first = Math.max(Math.floor(rows.scrollTop / HEIGHT) - BEYOND, 0);
      const last = Math.min(Math.ceil((rows.scrollTop + rows.clientHeight) / HEIGHT) + BEYOND, walk.length);
      const kept = new Map();
      for (let place = first; place < last; place++) {
        const row = walk[place];
        const item = there.get(row) || rowOf(view, row);
        item.style.top = place * HEIGHT + "px";
        item.setAttribute("aria-posinset", place + 1);
        item.setAttribute("aria-setsize", walk.length);
        if (row === view.selected) item.setAttribute("aria-selected", "true");
        else item.removeAttribute("aria-selected");
        kept.set(row, item);
      }
      for (const [row, item] of there) if (!kept.has(row)) item.remove();
      // in the order in which they are read aloud
      [...kept.values()].forEach((item, place) => {
        if (rows.children[place] !== item) rows.insertBefore(item, rows.children[place]);
      });
      there = kept;
    }

    function later() {
      asked = asked || requestAnimationFrame(paint);
    }

    function mark(row, mayScroll = true) {
      const place = row === null ? -1 : walk.indexOf(row);
      if (place >= 0 && mayScroll) {
        const top = place * HEIGHT;
        if (top < rows.scrollTop) rows.scrollTop = top;
        else if (top + HEIGHT > rows.scrollTop + rows.clientHeight) rows.scrollTop = top + HEIGHT - rows.clientHeight;
      }
      paint();
      if (there.has(row)) rows.setAttribute("aria-activedescendant", "pw-row-" + row);
      else rows.removeAttribute("aria-activedescendant");
    }

    function step(event) {
      const by = STEPS[event.key];
      if (!by) return;
      event.preventDefault();
      if (!walk.length) return;
      const [at, last] = [walk.indexOf(view.selected), walk.length - 1];
      const from = at < 0 ? (by > 0 ? -1 : last + 1) : at;
      const next = at < 0 && Number.isFinite(by) ? from + Math.sign(by) : from + by;
      view.select(walk[Math.min(Math.max(next, 0), last)], "keys");
    }

    function unfold(isOpen) {
      document.body.classList.toggle("pw-unfolded", isOpen);
      fold.setAttribute("aria-expanded", String(isOpen));
      view.map.invalidateSize({ animate: false });
    }

    rows.addEventListener("keydown", step);
    rows.addEventListener("scroll", later, { passive: true });
    new ResizeObserver(later).observe(rows);
    fold.addEventListener("click", () => unfold(!document.body.classList.contains("pw-unfolded")));

    return {
      mark,
      unfold,
      walk: () => walk,
      enter(event) {
        rows.focus();
        step(event);
      },
      sort() {
        inOrder = ordered(data, view.order);
        rows.scrollTop = 0;
      },
      /** Write the rows anew: what is shown, the order or the language has changed. */
      write(total) {
        inOrder = inOrder || ordered(data, view.order);
        walk = inOrder.filter((row) => view.shown[row]);
        tall.style.height = walk.length * HEIGHT + "px";
        for (const item of there.values()) item.remove();
        there = new Map();
        rows.setAttribute("aria-label", view.say("map.list"));
        root.querySelector(".pw-nothing").hidden = total > 0;
        fold.textContent = view.say("map.list_title", { shown: total, total: data.count });
        mark(view.selected, false);
      },
    };
  };
})(window.parcelwatch);
