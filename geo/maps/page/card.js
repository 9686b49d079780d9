/* The card of one parcel: findings with article, standing and proof, clocks, chips, the series, facts. */
"use strict";
(function (pw) {
  const FIRST_SHOWN = 3; // open findings that stand on the card at once

  const MARKED_DAYS = ["agreed_start_on", "agreed_completion_on", "started_on", "completed_on"];

  /** What binds: the standing of the instrument, and who adopted it when it does not bind by itself. */
  function standingText(view, finding) {
    const { say } = view;
    const note = view.data.instruments[finding.instrument_id];
    const standing = say.of("law.standing_", finding.standing);
    if (!note.adopted_by) return standing;
    const adopted = say("map.adopted", { by: note.adopted_by, on: note.adopted_on || say("map.day_unknown") });
    return standing + say("map.standing_comma") + adopted;
  }

  function findingBox(view, finding, row) {
    const { say, language } = view;
    const note = view.data.instruments[finding.instrument_id];
    const summary = finding["summary_" + language] || finding.summary_zh;
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
      pw.settlesText(view, finding),
      pw.makeProof(view, finding, row),
    ]);
  }

  /** Findings behind one line, where there are any. */
  function folded(view, row, { code, findings, isOpen }) {
    if (!findings.length) return null;
    const rest = pw.element("details", "pw-settled");
    rest.open = isOpen;
    rest.append(pw.element("summary", "", view.say(code, { count: findings.length })), ...findings.map((finding) => findingBox(view, finding, row)));
    return rest;
  }

  /** All that is met, and what is open up to a few; the rest behind a line, so that images are not far. */
  function findingsPart(view, row) {
    const findings = view.data.findingsOf(row);
    if (!findings.length) return [pw.element("p", "pw-quiet", view.say("map.no_findings"))];
    const settled = findings.filter((finding) => finding.outcome === "not_met");
    const open = findings.filter((finding) => finding.outcome !== "not_met");
    const shown = Math.max(FIRST_SHOWN, open.filter((finding) => finding.outcome === "met").length);
    return [
      ...open.slice(0, shown).map((finding) => findingBox(view, finding, row)),
      folded(view, row, { code: "map.more_open", findings: open.slice(shown), isOpen: false }),
      folded(view, row, { code: "map.settled", findings: settled, isOpen: !open.length }),
    ].filter(Boolean);
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
    return MARKED_DAYS.map((name) => ({ text: say.of("fact.", name), day: data.facts[name] ? pw.factAt(data.facts[name], "value", row) : null })).filter(
      ({ day }) => day !== null
    );
  }

  /** The clocks of a parcel; nothing where the page has none. */
  function clocksPart(view, row) {
    const { data, say, language } = view;
    const clocks = data.clocks[row];
    if (!clocks) return [];
    const lines = clocks.map(({ label, starts_on: from, due_on: due, state, article }) => {
      const isLate = state === "overdue" || (state === "running" && due !== null && due < data.scan.as_of);
      return pw.holding("tr", isLate ? "pw-late" : "", [
        pw.element("th", "", label[language] || label.zh),
        pw.holding("td", "", [
          pw.element("span", "pw-value", due || say("map.day_unknown")),
          pw.element("span", "pw-bounds", say.of("map.clock_", isLate ? "overdue" : state) + (from ? say("map.clock_from", { day: from }) : "")),
          article ? pw.element("span", "pw-source", article) : null,
        ]),
      ]);
    });
    return [pw.holding("section", "", [pw.element("h3", "", say("map.clocks")), pw.holding("table", "pw-facts", [pw.holding("tbody", "", lines)])])];
  }

  function head(view, row) {
    const { data, say } = view;
    const parcels = data.parcels;
    const outcome = pw.textAt(parcels.outcome, row);
    const contract = pw.textAt(parcels.contract_number, row);
    const close = pw.element("button", "pw-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", say("map.close"));
    close.addEventListener("click", () => view.select(null, "card"));
    return pw.holding("header", "pw-card-head", [
      close,
      pw.element("h2", "", pw.nameOf(data, row)),
      pw.holding("p", "pw-card-id", [
        ...pw.placeOf(data, row),
        contract ? pw.element("bdi", "", say("map.contract_value", { contract })) : null,
        pw.element("span", "", pw.area(say, parcels.area_m2[row])),
      ]),
      pw.holding("p", "pw-card-outcome", [
        pw.swatch(outcome),
        pw.element("strong", "pw-outcome pw-outcome-" + outcome, pw.outcomeText(say, outcome)),
        outcome === "none" ? null : pw.element("span", "", say("map.clue")),
      ]),
      data.outlines.parcels.has(row) ? null : pw.element("p", "pw-flag", say("map.no_shape")),
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
        const parts = [
          head(view, row),
          pw.holding("section", "", [pw.element("h3", "", say("map.findings")), ...findingsPart(view, row)]),
          ...clocksPart(view, row),
          pw.makeChips(view, row),
          ...changePart(view, row),
          series ? pw.holding("section", "", [pw.element("h3", "", say("map.series")), series]) : null,
          pw.holding("section", "", [pw.element("h3", "", say("map.facts")), pw.factsTable(view, row)]),
        ];
        root.replaceChildren(...parts.filter(Boolean));
        root.scrollTop = 0;
      },
    };
  };
})(window.parcelwatch);
