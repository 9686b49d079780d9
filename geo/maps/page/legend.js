/* The legend, which also switches footprints, further layers and the shading by change. */
"use strict";
(function (pw) {
  /** A line of the legend with a box to tick. */
  function switchLine(className, isOn, text, change) {
    const box = pw.element("input");
    box.type = "checkbox";
    box.checked = isOn;
    box.addEventListener("change", () => change(box.checked));
    return pw.holding("label", "pw-legend-line " + className, [box, ...text]);
  }

  function outcomeLines(view) {
    const { data, say } = view;
    const used = new Set(data.parcels.outcome.text);
    return pw.OUTCOMES.filter((outcome) => (outcome === "none" ? used.has("none") : data.isAssessed)).map((outcome) =>
      pw.holding("div", "pw-legend-line", [pw.swatch(outcome), pw.element("span", "", say("map.legend_" + outcome))])
    );
  }

  function layerLine(view, layer, className, swatch, text) {
    return switchLine(className, view.layers[layer], [swatch, pw.element("span", "", text)], (isOn) => {
      view.layers[layer] = isOn;
      view.changed();
    });
  }

  function layerLines(view) {
    const { data, say, language } = view;
    const lines = data.overlays.map((overlay, place) => {
      const swatch = pw.element("span", "pw-swatch pw-swatch-" + (overlay.is_area ? "area" : "line"));
      swatch.style.borderColor = overlay.colour;
      return layerLine(view, place, "pw-overlay-switch", swatch, overlay.title[language] || overlay.title.zh);
    });
    if (!data.footprints.storeys.length) return lines;
    const swatch = pw.element("span", "pw-swatch pw-swatch-footprint");
    return [layerLine(view, "footprints", "pw-footprint-switch", swatch, say("map.footprints")), ...lines];
  }

  function basemapLines(view) {
    return view.basemaps.map((layer) =>
      switchLine("pw-basemap-switch", view.map.hasLayer(layer), [pw.element("span", "", layer.options.title)], (isOn) => {
        if (isOn) layer.addTo(view.map);
        else layer.remove();
      })
    );
  }

  /** The steps of the shading, what they rank, and that it is no more than a ranking. */
  function changeScale(view) {
    const { say } = view;
    const { before, after, count, rank, step_ends: ends } = view.data.changes;
    const steps = ends.map((share, place) => {
      const shade = pw.element("i");
      shade.style.background = pw.SHADES[place];
      const isLast = place === ends.length - 1;
      return pw.holding("li", "", [shade, pw.element("span", "", say(isLast ? "map.change_rest" : "map.change_first", { share }))]);
    });
    return pw.holding("div", "pw-change-scale", [
      pw.element("p", "", say("map.change_days", { before, after })),
      pw.holding("ul", "", steps),
      pw.element("p", "", say("map.change_note", { count })),
      rank.includes(null) ? pw.element("p", "", say("map.change_unranked")) : null,
    ]);
  }

  function changeLines(view) {
    const text = [pw.element("span", "", view.say("map.change_switch"))];
    const line = switchLine("pw-change-switch", view.isShaded, text, (isOn) => view.shade(isOn));
    return view.isShaded ? [line, changeScale(view)] : [line];
  }

  /** The legend, and how it follows the language and the shading. */
  pw.makeLegend = function (view) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      this._box = L.DomUtil.create("details", "pw-legend");
      this._box.open = window.innerWidth > 720;
      L.DomEvent.disableClickPropagation(this._box);
      L.DomEvent.disableScrollPropagation(this._box);
      return this._box;
    };
    control.addTo(view.map);
    return {
      write() {
        control._box.replaceChildren(
          pw.element("summary", "", view.say("map.legend")),
          pw.holding("div", "pw-legend-lines", [...outcomeLines(view), ...layerLines(view), ...basemapLines(view)]),
          ...(view.data.changes ? changeLines(view) : [])
        );
      },
    };
  };
})(window.parcelwatch);
