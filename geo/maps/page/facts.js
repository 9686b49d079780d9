/* Facts with bounds and sources. */
"use strict";
(function (pw) {
  function measure(value, unit, say) {
    if (value === "inf" || value === "-inf") return value === "inf" ? "∞" : "−∞";
    if (unit === "1") return value.toFixed(3).replace(/0$/, "");
    return pw.hundredths(value) + (unit ? " " + say.of("map.unit_", unit) : "");
  }

  /** One known value as text, by the kind of the fact. */
  function valueText(fact, name, key, row, say) {
    const value = pw.factAt(fact, key, row);
    if (value === null || value === undefined) return null;
    if (fact.kind === "bool") return say(value ? "map.yes" : "map.no");
    if (fact.kind === "text") return say.of("fact." + name + "_", value);
    return fact.kind === "measure" ? measure(value, fact.unit, say) : value;
  }

  const isOpenEnd = (text) => text === null || text === "∞" || text === "−∞";

  /** Bounds as text; empty where they say no more than the value does. */
  function boundsText(value, low, high, say) {
    if (isOpenEnd(low) && isOpenEnd(high)) return "";
    if (isOpenEnd(low)) return say("map.at_most", { high });
    if (isOpenEnd(high)) return say("map.at_least", { low });
    return low === high && low === value ? "" : say("map.between", { low, high });
  }

  const textsOf = (fact, name, row, say) => ["value", "low", "high"].map((key) => valueText(fact, name, key, row, say));

  /** What is known of a fact in one line: the value, or its bounds, or both; null where nothing is. */
  pw.factText = function ({ say }, name, fact, row) {
    const [value, low, high] = textsOf(fact, name, row, say);
    if (value === null && low === null && high === null) return null;
    const bounds = boundsText(value, low, high, say);
    return value === null ? bounds : bounds ? value + say("map.bracketed", { bounds }) : value;
  };

  /** One part of a source, `kind:detail`: a sentence of its own, else that of its kind, else the part as it is. */
  function sourcePart(part, say) {
    const [, kind, detail] = part.match(/^([^:]*):?\s*([^]*)$/);
    if (say.has("source." + kind + "_" + detail)) return say("source." + kind + "_" + detail);
    return say.has("source." + kind) ? say("source." + kind, { detail: say.of("fact.", detail) }) : part;
  }

  function sourceText(source, say) {
    const parts = (source || "").split("; ").filter(Boolean);
    return parts.map((part) => sourcePart(part, say)).join(say("map.standing_comma"));
  }

  pw.factsTable = function (view, row) {
    const { data, say } = view;
    const lines = [];
    for (const [name, fact] of Object.entries(data.facts)) {
      const [value, low, high] = textsOf(fact, name, row, say);
      if (value === null && low === null && high === null) continue;
      const bounds = boundsText(value, low, high, say);
      const source = sourceText(pw.textAt(fact.source, row), say);
      lines.push(
        pw.holding("tr", "", [
          pw.element("th", "", say.of("fact.", name)),
          pw.holding("td", "", [
            pw.element("span", "pw-value", value === null ? bounds : value),
            pw.element("span", "pw-bounds", value === null ? say("map.bracket_only") : bounds),
            source ? pw.element("span", "pw-source", say("map.source", { source })) : null,
          ]),
        ])
      );
    }
    if (!lines.length) return pw.element("p", "pw-quiet", say("map.no_facts"));
    return pw.holding("table", "pw-facts", [pw.holding("tbody", "", lines)]);
  };
})(window.parcelwatch);
