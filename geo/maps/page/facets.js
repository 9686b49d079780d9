/* The tools above the list: search, classes to choose from with their counts, order, download. */
"use strict";
(function (pw) {
  const TEXTS = { outcome: "map.facet_outcome", town: "map.facet_town", label: "map.facet_label", deadline: "map.facet_deadline", size: "map.facet_size", confidence: "map.facet_confidence" };

  function classText(say, name, one) {
    if (name === "outcome") return pw.outcomeText(say, one);
    if (name === "town") return one;
    return name === "label" ? say.of("law.label_", one) : say.of("map." + name + "_", one);
  }

  function button(view, facet, one, count) {
    const made = pw.holding("button", "pw-filter", [
      facet.name === "outcome" ? pw.swatch(one) : null,
      pw.element("span", "", classText(view.say, facet.name, one)),
      pw.element("b", "", String(count)),
    ]);
    made.type = "button";
    made.dataset.facet = facet.name;
    made.dataset.class = one;
    made.setAttribute("aria-pressed", String(facet.chosen.has(one)));
    made.addEventListener("click", () => {
      if (!facet.chosen.delete(one)) facet.chosen.add(one);
      view.filterRows();
      root(facet.name, one)?.focus();
    });
    return made;
  }

  const root = (facet, one) =>
    [...document.querySelectorAll(".pw-filter")].find(({ dataset }) => dataset.facet === facet && dataset.class === one);

  function group(view, facet, counts) {
    const made = pw.holding("fieldset", "pw-facet", [
      pw.element("legend", "", view.say(TEXTS[facet.name])),
      ...facet.classes.map((one, place) => button(view, facet, one, counts[place])),
    ]);
    return made;
  }

  /** The tools, and how they follow the filter and the language. */
  pw.makeTools = function (view, box) {
    const { filter } = view;
    const [search, more, order] = [".pw-search", ".pw-more", ".pw-order select"].map((place) => box.querySelector(place));
    const [clear, download] = [".pw-clear", ".pw-download"].map((place) => box.querySelector(place));

    function writeOrders() {
      const orders = ["urgency", "area", "due", ...(view.data.changes ? ["change"] : [])];
      const options = orders.map((value) => Object.assign(pw.element("option", "", view.say("map.order_" + value)), { value }));
      order.replaceChildren(...options);
      order.value = view.order;
    }

    search.addEventListener("input", () => {
      filter.text = search.value;
      view.filterRows();
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") view.list.enter(event);
    });
    order.addEventListener("change", () => view.sort(order.value));
    clear.addEventListener("click", () => {
      filter.clear();
      view.filterRows();
    });
    download.addEventListener("click", () => pw.download(view));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
      event.preventDefault();
      search.focus();
    });

    return {
      write({ total, counts }) {
        const { say } = view;
        search.placeholder = say("map.search");
        search.setAttribute("aria-label", say("map.search"));
        if (search.value !== filter.text) search.value = filter.text;
        const groups = filter.facets.map((facet, place) => [facet, counts[place]]);
        box.querySelector(".pw-filters").replaceChildren(
          ...filter.of.outcome.classes.map((one, place) => button(view, filter.of.outcome, one, counts[0][place]))
        );
        const others = groups.filter(([facet]) => facet.name !== "outcome" && facet.classes.length > 1);
        const chosen = others.reduce((sum, [facet]) => sum + facet.chosen.size, 0);
        more.hidden = !others.length;
        more.querySelector("summary").textContent = chosen ? say("map.more_chosen", { count: chosen }) : say("map.more");
        more.querySelector(".pw-facets").replaceChildren(...others.map(([facet, own]) => group(view, facet, own)));
        clear.hidden = !filter.isActive();
        clear.textContent = say("map.clear");
        download.textContent = say("map.download", { count: total });
        download.disabled = !total;
        writeOrders();
      },
    };
  };
})(window.parcelwatch);
