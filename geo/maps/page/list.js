/* The list beside the map: search, filter by outcome, order, selection by mouse and keyboard. */
"use strict";
(function (pw) {
  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

  const ORDERS = { urgency: "map.order_urgency", change: "map.order_change" };

  /** Rows as the data has them, by urgency, or by change; those without a score last. */
  function ordered(data, order) {
    const rows = data.parcels.id.map((_, row) => row);
    if (order === "urgency") return rows;
    const rank = (row) => data.changes.rank[row] ?? Infinity;
    return rows.sort((one, other) => (rank(one) === rank(other) ? one - other : rank(one) - rank(other)));
  }

  function rowOf(view, row) {
    const { data, say } = view;
    const outcome = pw.textAt(data.parcels.outcome, row);
    const made = pw.element("li", "pw-row");
    made.id = "pw-row-" + row;
    made.setAttribute("role", "option");
    const area = data.parcels.area_m2[row];
    const rank = data.changes ? data.changes.rank[row] : null;
    const labels = outcome === "none" ? [] : pw.labelsOf(data, row).map((label) => say.of("law.label_", label));
    made.append(
      pw.swatch(outcome),
      pw.holding("div", "pw-row-text", [
        pw.holding("div", "pw-row-head", [
          pw.element("strong", "", pw.nameOf(data, row)),
          pw.element("span", "pw-row-area", area === null ? "" : say("map.area_short", { m2: pw.thousands(area) })),
        ]),
        pw.holding("div", "pw-row-id", [
          ...pw.placeOf(data, row),
          data.parcels.shape[row] ? null : pw.element("em", "", say("map.no_shape_short")),
        ]),
        pw.holding("div", "pw-row-labels", [
          pw.element("span", "pw-outcome pw-outcome-" + outcome, pw.outcomeText(say, outcome)),
          pw.element("span", "", outcome === "not_met" ? "" : labels.join(say("map.list_comma"))),
          rank === null ? null : pw.element("span", "pw-row-rank", say("map.change_rank_short", { rank, count: data.changes.count })),
        ]),
      ])
    );
    made.addEventListener("click", () => view.select(row, "list"));
    return made;
  }

  function filterButton(view, outcome, count) {
    const made = pw.holding("button", "pw-filter", [
      pw.swatch(outcome),
      pw.element("span", "", pw.outcomeText(view.say, outcome)),
      pw.element("b", "", String(count)),
    ]);
    made.type = "button";
    made.setAttribute("aria-pressed", String(view.wanted.has(outcome)));
    made.addEventListener("click", () => {
      if (view.wanted.has(outcome)) view.wanted.delete(outcome);
      else view.wanted.add(outcome);
      made.setAttribute("aria-pressed", String(view.wanted.has(outcome)));
      view.filter();
    });
    return made;
  }

  /** The list, and how it follows the selection and the filter. */
  pw.makeList = function (view, root) {
    const { data } = view;
    const rows = root.querySelector(".pw-rows");
    const search = root.querySelector(".pw-search");
    const fold = root.querySelector(".pw-fold");
    const order = root.querySelector(".pw-order");
    const chosen = order.querySelector("select");
    let inOrder = ordered(data, view.isShaded ? "change" : "urgency");
    let items = []; // the row's element, by row
    const counts = {};
    for (let row = 0; row < data.count; row++) {
      const outcome = pw.textAt(data.parcels.outcome, row);
      counts[outcome] = (counts[outcome] || 0) + 1;
    }

    function unfold(isOpen) {
      document.body.classList.toggle("pw-unfolded", isOpen);
      fold.setAttribute("aria-expanded", String(isOpen));
      view.map.invalidateSize({ animate: false });
    }

    function filter() {
      const wanted = pw.searchable(search.value.trim());
      let shown = 0;
      for (let row = 0; row < data.count; row++) {
        const outcome = pw.textAt(data.parcels.outcome, row);
        const isShown = (!view.wanted.size || view.wanted.has(outcome)) && data.haystack[row].includes(wanted);
        view.shown[row] = isShown;
        items[row].hidden = !isShown;
        shown += isShown;
      }
      root.querySelector(".pw-nothing").hidden = shown > 0;
      fold.textContent = view.say("map.list_title", { shown, total: data.count });
    }

    function mark(row) {
      for (const old of rows.querySelectorAll("[aria-selected]")) old.removeAttribute("aria-selected");
      rows.removeAttribute("aria-activedescendant");
      if (row === null) return;
      items[row].setAttribute("aria-selected", "true");
      rows.setAttribute("aria-activedescendant", items[row].id);
      items[row].scrollIntoView({ block: "nearest" });
    }

    function step(event) {
      const by = STEPS[event.key];
      if (!by) return;
      event.preventDefault();
      const walk = inOrder.filter((row) => view.shown[row]);
      if (!walk.length) return;
      const at = walk.indexOf(view.selected);
      const next = at < 0 ? (by > 0 ? 0 : walk.length - 1) : Math.min(Math.max(at + by, 0), walk.length - 1);
      view.select(walk[next], "keys");
    }

    function writeOrders() {
      const value = chosen.value || (view.isShaded ? "change" : "urgency");
      const options = Object.entries(ORDERS).map(([value, code]) => Object.assign(pw.element("option", "", view.say(code)), { value }));
      chosen.replaceChildren(...options);
      chosen.value = value;
      order.hidden = !data.changes;
      rows.classList.toggle("pw-by-change", value === "change");
    }

    rows.addEventListener("keydown", step);
    chosen.addEventListener("change", () => {
      inOrder = ordered(data, chosen.value);
      rows.classList.toggle("pw-by-change", chosen.value === "change");
      rows.replaceChildren(...inOrder.map((row) => items[row]));
      rows.scrollTop = 0;
      mark(view.selected);
    });
    search.addEventListener("input", () => view.filter());
    search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      rows.focus();
      step(event);
    });
    fold.addEventListener("click", () => unfold(!document.body.classList.contains("pw-unfolded")));

    return {
      filter,
      mark,
      unfold,
      write() {
        const { say } = view;
        search.placeholder = say("map.search");
        search.setAttribute("aria-label", say("map.search"));
        rows.setAttribute("aria-label", say("map.list"));
        writeOrders();
        items = data.parcels.id.map((_, row) => rowOf(view, row));
        rows.replaceChildren(...inOrder.map((row) => items[row]));
        const filters = pw.OUTCOMES.filter((outcome) => counts[outcome]).map((outcome) => filterButton(view, outcome, counts[outcome]));
        root.querySelector(".pw-filters").replaceChildren(...filters);
        filter();
        mark(view.selected);
      },
    };
  };
})(window.parcelwatch);
