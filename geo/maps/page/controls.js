/* Full screen and one's own place: two plugins, spoken for in the reader's language. */
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

  pw.makeControls = function (view) {
    const { map } = view;
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
