/* Sentences in the reader's language, and the only ways by which text enters the page: as text nodes. */
"use strict";
window.parcelwatch = window.parcelwatch || {};
(function (pw) {
  const UNSEEN = /[\u0000-\u001f\u007f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

  /** Show characters that hide or turn round other text as what they are. */
  pw.visible = function (text) {
    return String(text).replace(UNSEEN, function (sign) {
      if (sign === "\n" || sign === "\t") return " ";
      return "[U+" + sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "]";
    });
  };

  const DAY = /(\d{4}-\d{2}-\d{2})/;

  /** Put a text into an element as text nodes; a day is never broken over two lines. */
  function write(element, text) {
    text.split(DAY).forEach((part, place) => {
      if (place % 2 === 0) return element.append(part);
      const day = document.createElement("span");
      day.className = "pw-day";
      day.textContent = part;
      element.append(day);
    });
  }

  /** Make an element with a class and a text. */
  pw.element = function (tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) write(made, pw.visible(text));
    return made;
  };

  /** Make an element and put others into it; nulls are left out. */
  pw.holding = function (tag, className, children) {
    const made = pw.element(tag, className);
    for (const child of children) if (child) made.append(child);
    return made;
  };

  /** Sentences of one language: say(code, parameters), or the code itself where there is no sentence. */
  pw.sayer = function (sentences) {
    function say(code, parameters) {
      const sentence = sentences[code];
      if (sentence === undefined) return code;
      return sentence.replace(/\{(\w+)\}/g, (whole, name) => (parameters && name in parameters ? parameters[name] : whole));
    }
    /** The sentence of a code of the data's, or the bare code where nobody wrote one. */
    say.of = function (prefix, code, parameters) {
      return sentences[prefix + code] === undefined ? code : say(prefix + code, parameters);
    };
    say.has = (code) => sentences[code] !== undefined;
    return say;
  };

  /** An outcome in words; "none" stands for a parcel that no rule said anything about. */
  pw.outcomeText = (say, outcome) => say(outcome === "none" ? "map.not_assessed" : "outcome." + outcome);

  const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const HUNDREDTHS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
  pw.thousands = (value) => WHOLE.format(value);
  pw.hundredths = (value) => HUNDREDTHS.format(value);

  const SQUARE_METRES_PER_MU = 2000 / 3;

  /** An area, in square metres and mu. */
  pw.area = function (say, squareMetres) {
    if (squareMetres === null) return say("map.area_unknown");
    const mu = squareMetres / SQUARE_METRES_PER_MU;
    return say("map.area", { m2: pw.thousands(squareMetres), mu: mu < 10 ? mu.toFixed(2) : mu.toFixed(1) });
  };
})(window.parcelwatch);
