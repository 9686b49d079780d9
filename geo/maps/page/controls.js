/* Full screen and one's own place: two plugins, spoken for in the reader's language; and online basemaps, in the office. */
"use strict";
(function (pw) {
  /** Say something that is no part of the data, for a while. */
  function announce(text) {
    const said = pw.element("p", "pw-said", text);
    said.setAttribute("role", "status");
    document.body.append(said);
    setTimeout(() => said.remove(), 8000);
  }

  const title = (control, text) => {
    const link = control.getContainer().querySelector("a");
    link.title = text;
    link.setAttribute("aria-label", text);
  };

  /** The tiles below everything, and what to say where they cannot be had: once each. */
  function watchBasemaps(view) {
    const { map } = view;
    view.basemaps = [];
    map.eachLayer((layer) => layer instanceof L.TileLayer && view.basemaps.push(layer));
    if (!view.basemaps.length) return;
    map.attributionControl.setPrefix(false);
    document.querySelector(".pw-office").hidden = false;
    view.basemaps.forEach((layer, place) => {
      layer.setZIndex(place + 1); // as they lay at first, however they are switched
      layer.once("tileerror", () => announce(view.say("map.basemap_failed", { name: layer.options.title })));
    });
  }

  pw.makeControls = function (view) {
    const { map } = view;
    watchBasemaps(view);
    const full = L.control.fullscreen({ position: "topleft", forceSeparateButton: true, fullscreenElement: document.documentElement }).addTo(map);
    const locate = L.control
      .locate({
        position: "topleft",
        showPopup: false,
        drawCircle: true,
        locateOptions: { enableHighAccuracy: true, maxZoom: 18 },
        onLocationError: (error) => announce(view.say("map.locate_failed", { why: error.message.replace(/^Geolocation error: /, "") })),
        onLocationOutsideMapBounds: () => announce(view.say("map.locate_outside")),
      })
      .addTo(map);
    map.on("fullscreenchange", () => map.invalidateSize({ animate: false }));
    return {
      write() {
        title(full, view.say("map.fullscreen"));
        title(locate, view.say("map.locate"));
      },
    };
  };
})(window.parcelwatch);
