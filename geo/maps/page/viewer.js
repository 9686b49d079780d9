/* Puts the page together: one view, whose selection, filter and language the list, the map and the card follow. */
"use strict";
(function (pw) {
  const LANGUAGES = { zh: "zh-CN", en: "en" };

  function writeScan(view) {
    const { say } = view;
    const scan = view.data.scan;
    const pairs = [
      ["map.month", say("map.month_value", { month: scan.month, revision: scan.revision })],
      ["map.data_through", scan.data_through || say("map.no_scene")],
      ["map.as_of", scan.as_of],
    ];
    const cells = pairs.map(([code, value]) => pw.holding("div", "", [pw.element("dt", "", say(code)), pw.element("dd", "", value)]));
    document.querySelector(".pw-scan").replaceChildren(...cells);
  }

  function writeWords(view) {
    const { say, language } = view;
    document.documentElement.lang = LANGUAGES[language];
    document.title = say("map.page_title", view.data.scan);
    for (const place of document.querySelectorAll("[data-say]")) place.textContent = say(place.dataset.say);
    document.querySelector(".pw-language").textContent = say("map.other_language");
    writeScan(view);
  }

  /** What is at first: nothing chosen, in Chinese, by urgency; where no rule spoke, what changed is all there is to see. */
  function firstView(data, map) {
    const isShaded = data.changes !== null && !data.isAssessed;
    const view = {
      data,
      map,
      fonts: getComputedStyle(document.body).fontFamily,
      selected: null,
      firstShaded: isShaded,
      firstOrder: isShaded ? "change" : "urgency",
      layers: { footprints: true, ...data.overlays.map((overlay) => overlay.is_on) },
      shown: new Uint8Array(data.count).fill(1),
      filter: pw.makeFilter(data),
      isMoved: false,
    };
    view.speak = function (language) {
      view.language = language;
      view.say = pw.sayer(data.texts[language]);
    };
    return view;
  }

  function giveVerbs(view, { shapes, legend, tools, card, address }) {
    const { map, list } = view;
    view.changed = function () {
      shapes.repaint();
      address.changed();
    };
    view.select = function (row, from) {
      view.selected = row;
      card.show(row);
      if (row !== null) list.unfold(false);
      map.invalidateSize({ animate: false });
      list.mark(row);
      if (row !== null && from !== "address") shapes.bring(row, from !== "map");
      view.changed();
    };
    view.filterRows = function () {
      const found = view.filter.apply(view.shown);
      tools.write(found);
      list.write(found.total);
      shapes.restyle();
      address.changed();
    };
    view.sort = function (order) {
      view.order = order;
      list.sort();
      view.filterRows();
    };
    view.shade = function (isShaded) {
      view.isShaded = isShaded;
      document.body.classList.toggle("pw-shaded", isShaded);
      shapes.restyle();
      legend.write();
      address.changed();
    };
    view.write = function () {
      writeWords(view);
      legend.write();
      for (const tool of view.tools) tool.write();
      card.show(view.selected);
      view.filterRows();
    };
    view.follow = function (said) {
      const { row, place } = address.read(said);
      view.selected = row;
      document.body.classList.toggle("pw-shaded", view.isShaded);
      list.sort();
      view.write();
      map.invalidateSize({ animate: false }); // the words decide the bar's height, and that the map's
      if (place) map.setView(place.center, place.zoom, { animate: false });
      else if (row === null) shapes.showAll();
      else shapes.bring(row, true);
      view.isMoved = place !== null;
    };
  }

  function listen(view, shapes) {
    const { map } = view;
    document.querySelector(".pw-language").addEventListener("click", () => {
      view.speak(view.language === "zh" ? "en" : "zh");
      view.write();
      view.changed();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && view.selected !== null) view.select(null, "keys");
    });
    map.on("click", (event) => view.isSketching || view.select(shapes.rowAt(event.latlng), "map"));
    map.on("moveend", () => {
      view.isMoved = true;
      view.changed();
    });
    let asked = null;
    map.on("mousemove", (event) => {
      asked = asked || requestAnimationFrame(() => {
        asked = null;
        map.getContainer().classList.toggle("pw-over", shapes.rowAt(event.latlng) !== null);
      });
    });
  }

  /** Open the page on a Leaflet map and its blocks of data. */
  pw.open = function (map, block, outlines) {
    const data = pw.readData(block, outlines);
    const view = firstView(data, map);
    const address = pw.makeAddress(view);
    pw.view = view;
    view.order = view.firstOrder;
    view.isShaded = view.firstShaded;
    view.speak("zh");
    const legend = pw.makeLegend(view);
    const shapes = (pw.shapes = pw.makeShapes(view));
    view.tools = [pw.makeControls(view), pw.makeSketch(view)];
    view.list = pw.makeList(view, document.querySelector(".pw-list"));
    const tools = pw.makeTools(view, document.querySelector(".pw-tools"));
    const card = pw.makeCard(view, document.querySelector(".pw-card"));
    giveVerbs(view, { shapes, legend, tools, card, address });
    view.follow(location.hash.slice(1));
    listen(view, shapes);
    return view;
  };
})(window.parcelwatch);
