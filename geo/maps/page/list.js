/* The list beside the map: search, filter by outcome, selection by mouse and keyboard. */
"use strict";
(function (pw) {
  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

  function rowOf(view, row) {
    const { data, say } = view;
    const outcome = pw.textAt(data.parcels.outcome, row);
    const made = pw.element("li", "pw-row");
    made.id = "pw-row-" + row;
    made.setAttribute("role", "option");
    const area = data.parcels.area_m2[row];
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
        rows.children[row].hidden = !isShown;
        shown += isShown;
      }
      root.querySelector(".pw-nothing").hidden = shown > 0;
      fold.textContent = view.say("map.list_title", { shown, total: data.count });
    }

    function mark(row) {
      for (const old of rows.querySelectorAll("[aria-selected]")) old.removeAttribute("aria-selected");
      rows.removeAttribute("aria-activedescendant");
      if (row === null) return;
      rows.children[row].setAttribute("aria-selected", "true");
      rows.setAttribute("aria-activedescendant", rows.children[row].id);
      rows.children[row].scrollIntoView({ block: "nearest" });
    }

    function step(event) {
      const by = STEPS[event.key];
      if (!by) return;
      event.preventDefault();
      const order = [];
      for (let row = 0; row < data.count; row++) if (view.shown[row]) order.push(row);
      if (!order.length) return;
      const at = order.indexOf(view.selected);
      const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(Math.max(at + by, 0), order.length - 1);
      view.select(order[next], "keys");
    }

    rows.addEventListener("keydown", step);
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
        const made = [];
        for (let row = 0; row < data.count; row++) made.push(rowOf(view, row));
        rows.replaceChildren(...made);
        const filters = pw.OUTCOMES.filter((outcome) => counts[outcome]).map((outcome) => filterButton(view, outcome, counts[outcome]));
        root.querySelector(".pw-filters").replaceChildren(...filters);
        filter();
        mark(view.selected);
      },
    };
  };
})(window.parcelwatch);
