/* The card of one parcel: findings with article and standing, facts with bounds and sources, the series. */
"use strict";
(function (pw) {
  const MARKED_DAYS = ["agreed_start_on", "agreed_completion_on", "started_on", "completed_on"];

  function measure(value, unit, say) {
    if (value === "inf" || value === "-inf") return value === "inf" ? "∞" : "−∞";
    if (unit === "1") return value.toFixed(3).replace(/0$/, "");
    return pw.hundredths(value) + (unit ? " " + say.of("map.unit_", unit) : "");
  }

  /** One known value as text, by the kind of the fact. */
  function valueText(fact, name, key, row, say) {
    const value = fact[key] ? fact[key][row] : null;
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

  function factsTable(view, row) {
    const { data, say } = view;
    const lines = [];
    for (const [name, fact] of Object.entries(data.facts)) {
      const [value, low, high] = ["value", "low", "high"].map((key) => valueText(fact, name, key, row, say));
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
  }

  /** What binds: the standing of the instrument, and who adopted it when it does not bind by itself. */
  function standingText(view, finding) {
    const { say } = view;
    const note = view.data.instruments[finding.instrument_id];
    const standing = say.of("law.standing_", finding.standing);
    if (!note.adopted_by) return standing;
    const adopted = say("map.adopted", { by: note.adopted_by, on: note.adopted_on || say("map.day_unknown") });
    return standing + say("map.standing_comma") + adopted;
  }

  function missingText(finding, say) {
    const names = (finding.missing || "").split(" ").filter(Boolean);
    return names.map((name) => say.of("fact.", name)).join(say("map.list_comma"));
  }

  function findingBox(view, finding) {
    const { say, language } = view;
    const note = view.data.instruments[finding.instrument_id];
    const summary = finding["summary_" + language] || finding.summary_zh;
    const missing = missingText(finding, say);
    const flags = [
      finding.is_boundary ? "map.boundary" : null,
      finding.is_limb_conflict ? "map.limb_conflict" : null,
    ].filter(Boolean);
    return pw.holding("article", "pw-finding pw-finding-" + finding.outcome, [
      pw.holding("div", "pw-finding-head", [
        pw.swatch(finding.outcome),
        pw.element("strong", "", say.of("law.label_", finding.label)),
        pw.element("span", "pw-outcome pw-outcome-" + finding.outcome, pw.outcomeText(say, finding.outcome)),
      ]),
      pw.element("p", "pw-article", say("map.article", { title: note.title[language] || finding.instrument_id, article: finding.article || "" })),
      summary ? pw.element("p", "pw-summary", summary) : null,
      pw.element("p", "pw-standing", standingText(view, finding) + (finding.modality ? say("map.standing_comma") + say.of("law.modality_", finding.modality) : "")),
      ...flags.map((flag) => pw.element("p", "pw-flag", say(flag))),
      missing ? pw.element("p", "pw-missing", say("map.missing", { facts: missing })) : null,
    ]);
  }

  function findingsPart(view, row) {
    const { say } = view;
    const findings = view.data.findingsOf[row];
    if (!findings.length) return [pw.element("p", "pw-quiet", say("map.no_findings"))];
    const settled = findings.filter((finding) => finding.outcome === "not_met");
    const open = findings.filter((finding) => finding.outcome !== "not_met").map((finding) => findingBox(view, finding));
    if (!settled.length) return open;
    const rest = pw.element("details", "pw-settled");
    rest.open = !open.length;
    rest.append(pw.element("summary", "", say("map.settled", { count: settled.length })), ...settled.map((finding) => findingBox(view, finding)));
    return [...open, rest];
  }

  /** How much the parcel changed beside the others; nothing where no parcel of the page has a score. */
  function changePart(view, row) {
    const { say, data } = view;
    if (!data.changes) return [];
    const { before, after, count } = data.changes;
    const [score, rank] = [data.changes.score[row], data.changes.rank[row]];
    const said =
      rank === null
        ? [pw.element("p", "pw-quiet", say("map.change_unseen", { before, after }))]
        : [
            pw.holding("p", "", [
              pw.element("strong", "", say("map.change_rank", { rank, count })),
              pw.element("span", "pw-change-score", say("map.change_score", { score: pw.hundredths(score) })),
            ]),
            pw.element("p", "pw-quiet", say("map.change_days", { before, after })),
            pw.element("p", "pw-quiet", say("map.change_note", { count })),
          ];
    return [pw.holding("section", "pw-change", [pw.element("h3", "", say("map.change")), ...said])];
  }

  function markedDays(view, row) {
    const { data, say } = view;
    return MARKED_DAYS.filter((name) => data.facts[name] && data.facts[name].value[row]).map((name) => ({
      text: say.of("fact.", name),
      day: data.facts[name].value[row],
    }));
  }

  function head(view, row) {
    const { data, say } = view;
    const parcels = data.parcels;
    const outcome = pw.textAt(parcels.outcome, row);
    const close = pw.element("button", "pw-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", say("map.close"));
    close.addEventListener("click", () => view.select(null, "card"));
    return pw.holding("header", "pw-card-head", [
      close,
      pw.element("h2", "", pw.nameOf(data, row)),
      pw.holding("p", "pw-card-id", [
        ...pw.placeOf(data, row),
        pw.element("span", "", pw.area(say, parcels.area_m2[row])),
      ]),
      pw.holding("p", "pw-card-outcome", [
        pw.swatch(outcome),
        pw.element("strong", "pw-outcome pw-outcome-" + outcome, pw.outcomeText(say, outcome)),
        outcome === "none" ? null : pw.element("span", "", say("map.clue")),
      ]),
      parcels.shape[row] ? null : pw.element("p", "pw-flag", say("map.no_shape")),
    ]);
  }

  /** The card, and how it follows the selection. */
  pw.makeCard = function (view, root) {
    return {
      show(row) {
        root.hidden = row === null;
        document.body.classList.toggle("pw-has-card", row !== null);
        if (row === null) return root.replaceChildren();
        const { say } = view;
        const series = pw.makeSeries(view, row, markedDays(view, row));
        root.replaceChildren(
          head(view, row),
          pw.holding("section", "", [pw.element("h3", "", say("map.findings")), ...findingsPart(view, row)]),
          ...changePart(view, row),
          ...(series ? [pw.holding("section", "", [pw.element("h3", "", say("map.series")), series])] : []),
          pw.holding("section", "", [pw.element("h3", "", say("map.facts")), factsTable(view, row)])
        );
        root.scrollTop = 0;
      },
    };
  };
})(window.parcelwatch);
