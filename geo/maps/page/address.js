/* The state of the view in the page's address, so that a view can be sent: search, classes, order, language, parcel, place. */
"use strict";
(function (pw) {
  const DIGITS = 5; // of latitude and longitude, about a metre

  /** Write what is not as it was when the page opened. */
  function written(view) {
    const { filter, data, map } = view;
    const said = new URLSearchParams();
    if (filter.text.trim()) said.set("q", filter.text.trim());
    for (const { name, chosen } of filter.facets) for (const one of chosen) said.append(name, one);
    if (view.order !== view.firstOrder) said.set("order", view.order);
    if (view.language !== "zh") said.set("lang", view.language);
    if (data.changes && view.isShaded !== view.firstShaded) said.set("shaded", view.isShaded ? "1" : "0");
    if (view.selected !== null) said.set("parcel", data.parcels.id[view.selected]);
    if (view.isMoved) {
      const { lat, lng } = map.getCenter();
      said.set("at", [lat.toFixed(DIGITS), lng.toFixed(DIGITS), map.getZoom()].join(","));
    }
    return said.toString();
  }

  /** Do as the address says; what it says wrongly counts as not said. */
  function follow(view, address) {
    const { filter, data } = view;
    const said = new URLSearchParams(address);
    filter.clear();
    filter.text = said.get("q") || "";
    for (const facet of filter.facets) for (const one of said.getAll(facet.name)) if (facet.classes.includes(one)) facet.chosen.add(one);
    const orders = ["urgency", "area", "due", ...(data.changes ? ["change"] : [])];
    view.order = orders.includes(said.get("order")) ? said.get("order") : view.firstOrder;
    view.isShaded = data.changes && said.has("shaded") ? said.get("shaded") === "1" : view.firstShaded;
    view.speak(said.get("lang") === "en" ? "en" : "zh");
    const row = said.has("parcel") ? data.rowOf(said.get("parcel")) : -1;
    const at = (said.get("at") || "").split(",").map(Number);
    const place = at.length === 3 && at.every(Number.isFinite) && Math.abs(at[0]) <= 90 ? { center: [at[0], at[1]], zoom: at[2] } : null;
    return { row: row < 0 ? null : row, place };
  }

  /** Keep the address in step with the view; `open` does as it says. */
  pw.makeAddress = function (view) {
    let own = "";
    let asked = null;
    function write() {
      asked = null;
      const said = written(view);
      if (said === own) return;
      own = said;
      location.replace("#" + said);
    }
    window.addEventListener("hashchange", () => {
      const said = location.hash.slice(1);
      if (said !== own) view.follow(said);
    });
    return {
      read(said) {
        own = said;
        return follow(view, said);
      },
      changed() {
        asked = asked || setTimeout(write, 150);
      },
    };
  };
})(window.parcelwatch);
