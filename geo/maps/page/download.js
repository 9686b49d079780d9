/* The list as a table: the rows that are shown, in their order, as CSV that a spreadsheet opens and does not run. */
"use strict";
(function (pw) {
  const FORMULA = /^[\s\u00a0\u3000]*[=+\-@＝＋－＠\t\r]/;

  /** One cell: no formula, quoted where it must be. */
  pw.csvCell = function (value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = pw.visible(value);
    const harmless = FORMULA.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(harmless) ? '"' + harmless.replaceAll('"', '""') + '"' : harmless;
  };

  function columnsOf(view) {
    const { data, say } = view;
    const { parcels, scan, changes } = data;
    const joined = (texts) => texts.join(say("map.list_comma"));
    const missing = (row) => [...new Set(data.findingsOf(row).flatMap((finding) => (finding.missing || "").split(" ").filter(Boolean)))];
    const columns = [
      ["map.parcel", (row) => parcels.id[row]],
      ["map.contract", (row) => pw.textAt(parcels.contract_number, row)],
      ["map.enterprise", (row) => pw.textAt(parcels.enterprise, row)],
      ["map.facet_town", (row) => pw.textAt(parcels.town, row)],
      ["map.area_m2", (row) => parcels.area_m2[row]],
      ["map.facet_outcome", (row) => pw.outcomeText(say, pw.textAt(parcels.outcome, row))],
      ["map.facet_label", (row) => joined(pw.labelsOf(data, row).map((label) => say.of("law.label_", label)))],
      ["map.facet_confidence", (row) => say.of("map.confidence_", pw.textAt(data.facets.confidence, row))],
      ["map.due", (row) => pw.textAt(parcels.due_on, row)],
      ["map.missing_facts", (row) => joined(missing(row).map((name) => say.of("fact.", name)))],
    ];
    if (changes) columns.push(["map.order_change", (row) => changes.rank[row]]);
    return [
      ...columns,
      ["map.month", () => say("map.month_value", scan)],
      ["map.data_through", () => scan.data_through || say("map.no_scene")],
      ["map.as_of", () => scan.as_of],
      ["map.note", () => say("map.clue")],
    ];
  }

  /** The rows that are shown as CSV, with the mark by which a spreadsheet knows that it is UTF-8. */
  pw.csv = function (view) {
    const columns = columnsOf(view);
    const lines = [columns.map(([code]) => view.say(code)), ...view.list.walk().map((row) => columns.map(([, cell]) => cell(row)))];
    return "\ufeff" + lines.map((line) => line.map(pw.csvCell).join(",") + "\r\n").join("");
  };

  /** Hand a text over as a file. */
  pw.save = function (name, text, type) {
    const link = pw.element("a");
    link.download = name;
    link.href = URL.createObjectURL(new Blob([text], { type }));
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  pw.download = (view) => pw.save(view.say("map.download_name", view.data.scan) + ".csv", pw.csv(view), "text/csv;charset=utf-8");
})(window.parcelwatch);
