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
    const button = document.querySelector(".pw-language");
    button.textContent = say("map.other_language");
    writeScan(view);
  }

  /** Open the page on a Leaflet map and a block of data. */
  pw.open = function (map, block) {
    const data = pw.readData(block);
    const view = {
      data,
      map,
      fonts: getComputedStyle(document.body).fontFamily,
      selected: null,
      // where no rule spoke of any parcel, what changed is all there is to see
      isShaded: data.changes !== null && !data.findings.parcel.length,
      shown: new Array(data.count).fill(true),
      wanted: new Set(), // outcomes; none chosen means all
      isShown: (row) => view.shown[row],
    };
    view.speak = function (language) {
      view.language = language;
      view.say = pw.sayer(data.texts[language]);
    };
    view.speak("zh");
    writeWords(view); // the bar's height decides the map's
    map.invalidateSize({ animate: false });
    const shapes = pw.makeShapes(view);
    const legend = pw.makeLegend(view, shapes);
    const list = pw.makeList(view, document.querySelector(".pw-list"));
    const card = pw.makeCard(view, document.querySelector(".pw-card"));

    view.select = function (row, from) {
      view.selected = row;
      card.show(row);
      if (row !== null) list.unfold(false);
      map.invalidateSize({ animate: false });
      list.mark(row);
      shapes.mark(row);
      if (row !== null) shapes.bring(row, from !== "map");
    };
    view.filter = function () {
      list.filter();
      shapes.filter();
    };
    view.shade = function (isShaded) {
      view.isShaded = isShaded;
      document.body.classList.toggle("pw-shaded", isShaded);
      shapes.shade();
      legend.write();
    };
    view.write = function () {
      writeWords(view);
      list.write();
      legend.write();
      card.show(view.selected);
      shapes.filter();
    };

    document.querySelector(".pw-language").addEventListener("click", () => {
      view.speak(view.language === "zh" ? "en" : "zh");
      view.write();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && view.selected !== null) view.select(null, "keys");
    });
    map.on("click", () => view.select(null, "map"));
    document.body.classList.toggle("pw-shaded", view.isShaded);
    view.write();
    shapes.showAll();
    pw.view = view;
    pw.shapes = shapes;
    return view;
  };
})(window.parcelwatch);
