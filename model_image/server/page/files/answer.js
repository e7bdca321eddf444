// An answer of /predict, for people.

import { drawn, el, number } from "./element.js";

const MOST = 12;

/** The first prediction of an answer, and the whole of it as it came. */
export function shownAnswer(answer, milliseconds) {
  const [prediction] = answer.predictions;
  const parts = Object.entries(prediction).map(([name, value]) =>
    el(
      "div",
      { class: "output" },
      el("span", { class: "quiet" }, name),
      shownValue(value),
    ),
  );
  return [
    el("div", { class: "outputs" }, ...parts),
    el(
      "p",
      { class: "quiet" },
      `Answered in ${number(milliseconds, 2)} ms, seen from this browser.`,
    ),
    el(
      "details",
      {},
      el("summary", {}, "The answer as it came"),
      el("pre", { tabindex: 0 }, JSON.stringify(answer, null, 2)),
    ),
  ];
}

function shownValue(value) {
  if (value === null) return el("b", {}, "not a number");
  if (typeof value === "number") return el("b", {}, number(value, 4));
  if (Array.isArray(value)) return el("pre", { tabindex: 0 }, JSON.stringify(value));
  if (typeof value !== "object") return el("b", {}, `${value}`);
  return shares(Object.entries(value));
}

/** Named numbers, largest first, with bars where they are shares of one. */
function shares(pairs) {
  const shown = [...pairs].sort(([, one], [, other]) => other - one).slice(0, MOST);
  const areShares = pairs.every(([, value]) => value >= 0 && value <= 1);
  const rows = shown.map(([name, value]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      areShares && el("td", {}, bar(value)),
      el("td", { class: "number" }, number(value, 3)),
    ),
  );
  const rest = pairs.length - shown.length;
  const more = rest > 0 && el("caption", {}, `the ${MOST} largest of ${pairs.length}`);
  return el("table", { class: "shares" }, more, el("tbody", {}, ...rows));
}

function bar(share) {
  const rect = drawn("rect", { width: 100 * share, height: 8, rx: 1 });
  const box = {
    viewBox: "0 0 100 8",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  };
  return drawn("svg", { class: "bar", ...box }, rect);
}
