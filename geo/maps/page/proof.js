/* Why a finding is what it is: each condition, what is known of its fact, and how it came out. */
"use strict";
(function (pw) {
  const SIGNS = { "<=": "≤", ">=": "≥", "==": "=", in: "=" };
  const TRUTHS = { y: ["✓", "law.truth_yes"], n: ["✗", "law.truth_no"], "?": ["?", "law.truth_unknown"] };

  const nameOf = (say, fact) => (fact === "as_of" ? say("law.as_of") : say.of("fact.", fact));

  /** A period such as P1Y6M in words. */
  function periodText(say, period) {
    const [, years, months, days] = period.match(/^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/) || [];
    const parts = [["law.year", years], ["law.month", months], ["law.day", days]].filter(([, count]) => count);
    return parts.map(([code, count]) => say(code, { count })).join(" ") || period;
  }

  /** What is known of a fact, as the card's table of facts has it. */
  function knownText(view, fact, row) {
    if (fact === "as_of") return view.data.scan.as_of;
    const held = view.data.facts[fact];
    const text = held ? pw.factText(view, fact, held, row) : null;
    return text || view.say("map.unknown");
  }

  function limitText({ say }, [fact, , limit, other, plus], cameTo) {
    if (!other) return limit === "true" || limit === "false" ? say(limit === "true" ? "map.yes" : "map.no") : say.of("fact." + fact + "_", limit);
    const written = nameOf(say, other) + (plus ? " + " + periodText(say, plus) : "");
    const [low, high] = cameTo.split("/");
    const came = cameTo === "" ? say("map.unknown") : high === undefined ? low : boundsText(say, low, high);
    return say("map.proof_limit", { written, came });
  }

  function boundsText(say, low, high) {
    if (low && high) return say("map.between", { low, high });
    return low ? say("map.at_least", { low }) : say("map.at_most", { high });
  }

  function conditionLine(view, condition, letter, cameTo, row) {
    const { say } = view;
    const [fact, op] = condition;
    const [sign, code] = TRUTHS[letter.toLowerCase()] || TRUTHS["?"];
    const mark = pw.element("span", "pw-truth pw-truth-" + (letter === "?" ? "open" : letter.toLowerCase()), sign);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", say(code));
    return pw.holding("li", "", [
      mark,
      pw.holding("span", "", [
        pw.element("span", "", nameOf(say, fact) + " " + (SIGNS[op] || op) + " " + limitText(view, condition, cameTo)),
        pw.element("span", "pw-quiet", say("map.proof_known", { known: knownText(view, fact, row) })),
        letter !== letter.toLowerCase() ? pw.element("span", "pw-missing", say("map.proof_boundary")) : null,
      ]),
    ]);
  }

  /** The proof of one finding; null where the page has none. */
  pw.makeProof = function (view, finding, row) {
    const { data, say, language } = view;
    const parts = data.rules[finding.rule_id];
    if (!parts || !finding.truths) return null;
    const letters = [...finding.truths];
    const limits = (finding.limits || "").split("|");
    const shown = parts.map((part) => {
      const lines = part.conditions.map((condition) => conditionLine(view, condition, letters.shift() || "?", condition[3] ? limits.shift() || "" : "", row));
      const heading = part.exception ? say("map.proof_exception", { article: part.article, summary: part.summary[language] || part.summary.zh || "" }) : null;
      return pw.holding("div", "", [heading ? pw.element("p", "pw-proof-part", heading) : null, pw.holding("ul", "", lines)]);
    });
    return pw.holding("details", "pw-proof", [pw.element("summary", "", say("map.proof")), ...shown]);
  };

  /** What would settle what is open; null where nothing is. */
  pw.settlesText = function ({ say }, finding) {
    const list = (names) => (names || "").split(" ").filter(Boolean).map((name) => nameOf(say, name)).join(say("map.list_comma"));
    const missing = list(finding.missing);
    if (!missing) return null;
    const settles = list(finding.settles);
    const more = settles ? say("map.settles", { facts: settles }) : finding.truths ? say("map.settles_none") : "";
    return pw.holding("p", "pw-missing", [pw.element("span", "", say("map.missing", { facts: missing })), more ? pw.element("span", "", " " + more) : null]);
  };
})(window.parcelwatch);
