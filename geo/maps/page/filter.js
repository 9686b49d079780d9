/* Which parcels are shown: what is searched for, and the classes chosen of each facet. */
"use strict";
(function (pw) {
  /** Text in which a search looks: full-width signs and capitals count as plain ones. */
  pw.searchable = (text) => text.normalize("NFKC").toLowerCase();

  const [LINE, CELL] = ["\n", "\t"];
  const plain = (text) => (text || "").replace(/[\n\t]/g, " ");

  /** One line a parcel, in one text, made when it is first asked for: the text, and where each line begins. */
  function haystackOf(data) {
    const { id, enterprise, town, contract_number: contract } = data.parcels;
    const lines = id.map((name, row) =>
      [
        plain(name),
        plain(pw.textAt(contract, row)),
        ...[enterprise, town].flatMap((names) => {
          const at = names.at[row];
          return at === null ? [] : [plain(names.text[at]), plain(names.initials[at])];
        }),
      ].join(CELL)
    );
    const text = pw.searchable(lines.join(LINE));
    const starts = new Uint32Array(data.count + 1);
    for (let row = 1, at = 0; row <= data.count; row++) starts[row] = at = text.indexOf(LINE, at) + 1 || text.length + 1;
    return { text, starts };
  }

  /** Rows whose line holds a text, as ones. */
  function rowsWith({ text, starts }, wanted, count) {
    const found = new Uint8Array(count);
    for (let at = text.indexOf(wanted), row = 0; at >= 0; at = text.indexOf(wanted, starts[row + 1])) {
      while (starts[row + 1] <= at) row++;
      found[row] = 1;
      if (starts[row + 1] >= text.length) break;
    }
    return found;
  }

  const ORDER = {
    outcome: ["met", "undetermined", "not_met", "none"],
    deadline: ["overdue_year", "overdue", "soon", "year", "later", "unknown"],
    size: ["0", "10", "50", "100", "300", "unknown"],
    confidence: ["firm", "boundary", "conflict", "one_missing", "more_missing", "none"],
  };

  /** A facet: its classes, and for each text of its column which of them that is. */
  function facetOf(name, column) {
    const sets = column.text.map((text) => (name === "town" ? [text] : text.split(" ")));
    const used = new Set(sets.flat());
    const classes = ORDER[name] ? ORDER[name].filter((one) => used.has(one)) : [...used];
    const places = new Map(classes.map((one, place) => [one, place]));
    return { name, classes, at: column.at, sets: sets.map((set) => set.map((one) => places.get(one))), chosen: new Set() };
  }

  /** How each row of a column fares: whether any of its classes is chosen; everything does where none is. */
  function passing(facet) {
    if (!facet.chosen.size) return null;
    return facet.sets.map((set) => set.some((place) => facet.chosen.has(facet.classes[place])));
  }

  /** The filter: what is searched for and chosen, and what follows for the rows. */
  pw.makeFilter = function (data) {
    const { parcels, facets } = data;
    const columns = { outcome: parcels.outcome, town: parcels.town, ...facets };
    const all = ["outcome", "town", "label", "deadline", "size", "confidence"].map((name) => facetOf(name, columns[name]));
    let haystack = null;
    const filter = {
      text: "",
      facets: all,
      of: Object.fromEntries(all.map((facet) => [facet.name, facet])),
      isActive: () => filter.text.trim() !== "" || all.some((facet) => facet.chosen.size > 0),
      clear() {
        filter.text = "";
        for (const facet of all) facet.chosen.clear();
      },
      /** Set in `shown` who is shown; return how many, and how many each class would show if it were chosen. */
      apply(shown) {
        const wanted = pw.searchable(plain(filter.text).trim());
        if (wanted) haystack = haystack || haystackOf(data);
        const isFound = wanted ? rowsWith(haystack, wanted, data.count) : null;
        const passes = all.map(passing);
        const counts = all.map((facet) => new Uint32Array(facet.classes.length));
        let total = 0;
        for (let row = 0; row < data.count; row++) {
          let failed = -1; // the one facet that keeps the row out; -2 where several do
          if (isFound && !isFound[row]) failed = -2;
          for (let f = 0; f < all.length && failed !== -2; f++) {
            const at = all[f].at[row];
            if (passes[f] && (at === null || !passes[f][at])) failed = failed === -1 ? f : -2;
          }
          shown[row] = failed === -1;
          total += shown[row];
          for (let f = 0; f < all.length; f++) {
            const at = all[f].at[row];
            if ((failed === -1 || failed === f) && at !== null) for (const place of all[f].sets[at]) counts[f][place]++;
          }
        }
        return { total, counts };
      },
    };
    return filter;
  };
})(window.parcelwatch);
