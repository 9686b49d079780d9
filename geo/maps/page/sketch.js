/* Measure and draw: points one after the other, their length and area, and all drawings as GeoJSON. */
"use strict";
(function (pw) {
  const EARTH = 6371007.2; // radius of the sphere with the earth's area [m]
  const INK = "#0f766e";

  const radians = (degrees) => (degrees * Math.PI) / 180;

  /** Length of a path [m], on a sphere. */
  pw.lengthOf = (points) => points.slice(1).reduce((sum, point, before) => sum + L.CRS.Earth.distance(points[before], point), 0);

  /** Area within a path [m2], on a sphere; the last point is joined to the first. */
  pw.areaOf = function (points) {
    let twice = 0;
    points.forEach((point, at) => {
      const next = points[(at + 1) % points.length];
      twice += radians(next.lng - point.lng) * (2 + Math.sin(radians(point.lat)) + Math.sin(radians(next.lat)));
    });
    return Math.abs((twice * EARTH * EARTH) / 2);
  };

  function feature(points, scan, note) {
    const places = points.map(({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    const isArea = points.length > 2;
    const geometry = isArea
      ? { type: "Polygon", coordinates: [[...places, places[0]]] }
      : { type: points.length > 1 ? "LineString" : "Point", coordinates: points.length > 1 ? places : places[0] };
    const properties = { month: scan.month, revision: scan.revision, length_m: Math.round(pw.lengthOf(points)), area_m2: isArea ? Math.round(pw.areaOf(points)) : null, note };
    return { type: "Feature", properties, geometry };
  }

  pw.makeSketch = function (view) {
    const { map } = view;
    const drawn = L.featureGroup().addTo(map);
    const done = []; // finished drawings: lists of points
    let points = [];
    let isOn = false;

    function show() {
      drawn.clearLayers();
      for (const one of [...done, points]) {
        if (!one.length) continue;
        const shape = one.length > 2 ? L.polygon(one) : one.length > 1 ? L.polyline(one) : L.circleMarker(one[0], { radius: 4 });
        drawn.addLayer(shape.setStyle({ color: INK, weight: 3, fillOpacity: 0.12, interactive: false }));
        for (const point of one) drawn.addLayer(L.circleMarker(point, { radius: 4, color: INK, weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false }));
      }
    }

    function saidOf(one) {
      const { say } = view;
      if (one.length < 2) return say("map.sketch_start");
      const length = say("map.sketch_length", { m: pw.thousands(pw.lengthOf(one)) });
      return one.length > 2 ? length + say("map.list_comma") + say("map.sketch_area", { area: pw.area(say, pw.areaOf(one)) }) : length;
    }

    const control = L.control({ position: "topleft" });
    control.onAdd = function () {
      this._box = L.DomUtil.create("div", "leaflet-bar pw-sketch");
      L.DomEvent.disableClickPropagation(this._box);
      L.DomEvent.disableScrollPropagation(this._box);
      return this._box;
    };
    control.addTo(map);

    function button(code, act, isOff) {
      const made = pw.element("button", "", view.say(code));
      Object.assign(made, { type: "button", disabled: isOff });
      made.addEventListener("click", (event) => {
        event.stopPropagation(); // the button is about to be replaced: the map would take it for a click of its own
        act();
        write();
      });
      return made;
    }

    function finish() {
      if (points.length) done.push(points);
      points = [];
    }

    function turn(turnedOn) {
      isOn = turnedOn;
      view.isSketching = isOn;
      map.getContainer().classList.toggle("pw-sketching", isOn);
      map.doubleClickZoom[isOn ? "disable" : "enable"]();
      if (!isOn) finish();
    }

    function download() {
      finish();
      const { scan } = view.data;
      const features = done.map((one) => feature(one, scan, view.say("map.sketch_note")));
      pw.save(view.say("map.sketch_name", scan) + ".geojson", JSON.stringify({ type: "FeatureCollection", features }), "application/geo+json");
    }

    function write() {
      show();
      const { say } = view;
      const toggle = pw.element("a", "pw-sketch-toggle", "✎");
      Object.assign(toggle, { href: "#", role: "button", title: say("map.sketch") });
      toggle.setAttribute("aria-pressed", String(isOn));
      toggle.setAttribute("aria-label", say("map.sketch"));
      toggle.addEventListener("click", (event) => {
        L.DomEvent.stop(event);
        turn(!isOn);
        write();
      });
      const nothing = !points.length && !done.length;
      const panel = pw.holding("div", "pw-sketch-panel", [
        pw.element("p", "", saidOf(points.length || !done.length ? points : done.at(-1))),
        button("map.sketch_undo", () => points.pop(), !points.length),
        button("map.sketch_finish", finish, points.length < 2),
        button("map.clear_sketch", () => [(points = []), (done.length = 0)], nothing),
        button("map.sketch_export", download, nothing),
      ]);
      panel.hidden = !isOn;
      control._box.replaceChildren(toggle, panel);
    }

    map.on("click", (event) => {
      if (!isOn) return;
      points.push(event.latlng);
      write();
    });
    map.on("dblclick", () => {
      if (!isOn) return;
      points.pop(); // the second click of the two
      finish();
      write();
    });
    return { write };
  };
})(window.parcelwatch);
