/* Image chips of a parcel: two days laid over each other and swiped, and all days in a strip to choose from. */
"use strict";
(function (pw) {
  const SVG = "http://www.w3.org/2000/svg";
  const TENTHS = 10;

  function picture(chip, text) {
    const made = pw.element("img");
    made.src = "data:image/jpeg;base64," + chip.image;
    made.alt = text;
    made.draggable = false;
    return made;
  }

  /** The parcel's outline over its chip. */
  function outline(chip) {
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("viewBox", `0 0 ${chip.size[0] * TENTHS} ${chip.size[1] * TENTHS}`);
    made.setAttribute("preserveAspectRatio", "none");
    const path = document.createElementNS(SVG, "path");
    const corners = (ring) => Array.from({ length: ring.length / 2 }, (_, at) => ring[2 * at] + " " + ring[2 * at + 1]);
    path.setAttribute("d", chip.outline.map((ring) => "M" + corners(ring).join("L") + "Z").join(""));
    made.append(path);
    return made;
  }

  /** How wide a chip is for its height on the ground: pixels in degrees are not square. */
  const aspectOf = ({ size: [columns, rows], metres: [wide, high] }) => columns * wide / (rows * high);

  const metresText = ({ metres: [wide, high] }) => (Math.abs(wide - high) < 0.1 ? String(wide) : wide + " × " + high);

  function side(chip, className, say) {
    return pw.holding("div", "pw-chip " + className, [
      picture(chip, say("map.chip_alt", { day: chip.day })),
      outline(chip),
      pw.element("span", "pw-chip-day", chip.day),
    ]);
  }

  /** Two chips, and a line between them that follows the finger or the arrow keys. */
  function swipe(before, after, say) {
    const handle = pw.element("input", "pw-swipe");
    Object.assign(handle, { type: "range", min: 0, max: 100, value: 50 });
    handle.setAttribute("aria-label", say("map.swipe", { before: before.day, after: after.day }));
    const box = pw.holding("div", "pw-chips", [side(before, "pw-chip-before", say), side(after, "pw-chip-after", say), pw.element("i", "pw-swipe-line"), handle]);
    const follow = () => box.style.setProperty("--at", handle.value + "%");
    handle.addEventListener("input", follow);
    follow();
    return box;
  }

  function strip(chips, chosen, say, choose) {
    return pw.holding(
      "div",
      "pw-strip",
      chips.map((chip, place) => {
        const made = pw.holding("button", "", [picture(chip, ""), pw.element("span", "", chip.day)]);
        made.type = "button";
        made.setAttribute("aria-pressed", String(chosen.includes(place)));
        made.addEventListener("click", () => choose(place));
        return made;
      })
    );
  }

  function body(chips, say) {
    const root = pw.element("div");
    let chosen = [0, chips.length - 1];
    function show() {
      const [before, after] = chosen.map((place) => chips[place]);
      const note = pw.element("p", "pw-quiet", say("map.chip_note", { before: before.scene, after: after.scene, metres: metresText(after) }));
      const all = chips.length > 2 ? strip(chips, chosen, say, choose) : null;
      const seen = chips.length > 1 ? swipe(before, after, say) : pw.holding("div", "pw-chips pw-chip-single", [side(after, "", say)]);
      seen.style.aspectRatio = aspectOf(after);
      root.replaceChildren(...[seen, all, note].filter(Boolean));
    }
    function choose(place) {
      // the day chosen takes the place of the one it is nearer to
      const other = Math.abs(place - chosen[0]) < Math.abs(place - chosen[1]) ? chosen[1] : chosen[0];
      if (place !== other) chosen = [place, other].sort((one, two) => one - two);
      show();
    }
    show();
    return root;
  }

  /** Chips of a parcel, or why there are none, and the way to its evidence file; null where the page says nothing of them. */
  pw.makeChips = function (view, row) {
    const { data, say } = view;
    const chips = data.chips.of[row];
    const isLeftOut = data.chips.left_out.includes(row);
    const parts = chips ? [body(chips, say)] : isLeftOut ? [pw.element("p", "pw-quiet", say("map.chips_left_out"))] : [];
    if (data.evidence[row]) {
      const link = pw.element("a", "", say("map.evidence"));
      link.href = data.evidence[row];
      parts.push(pw.holding("p", "", [link]));
    }
    return parts.length ? pw.holding("section", "", [pw.element("h3", "", say("map.chips")), ...parts]) : null;
  };
})(window.parcelwatch);
