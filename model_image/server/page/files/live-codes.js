// Answers by code, and what was wrong with the refused ones.

import { el, number } from "./element.js";
import { rate } from "./live-history.js";

const REQUESTS = "slipway_requests_total";
const REJECTS = "slipway_rejects_total";
const MOST_REASONS = 8;
const MEANING = {
  200: "answered",
  400: "not JSON, or no request",
  401: "no token that is taken",
  403: "a token for somebody else",
  404: "no such path",
  405: "another method",
  408: "not complete in time",
  413: "too large",
  415: "encoded",
  422: "does not fit the model",
  499: "the caller left",
  500: "the server failed",
  503: "not ready, or full",
  504: "too late",
};

/** Every code that was answered with, most important first, as a table. */
export function codes(history) {
  const found = [
    ...new Set(history.latest.all(REQUESTS).map(({ labels }) => labels.code)),
  ]
    .sort()
    .reverse();
  const rows = found.map((code) => {
    const own = (labels) => labels.code === code;
    const routes = [
      ...new Set(history.latest.all(REQUESTS, own).map(({ labels }) => labels.route)),
    ];
    return [
      [code, " ", el("small", {}, MEANING[code] ?? "")],
      routes.sort().join(", "),
      number(history.latest.total(REQUESTS, own), 6),
      number(rate(...history.recent, REQUESTS, own) ?? 0),
    ];
  });
  return table(["Code", "Paths", "Since it started", "Each second"], rows);
}

/** The commonest mistakes in refused requests. */
export function mistakes(history) {
  const found = history.latest
    .all(REJECTS)
    .sort((one, other) => other.value - one.value)
    .slice(0, MOST_REASONS)
    .map(({ labels, value }) => [[labels.feature], labels.reason, number(value, 6)]);
  if (!found.length)
    return el("p", { class: "quiet" }, "No request was refused for its content.");
  return table(["Feature", "What was wrong", "Since it started"], found);
}

function table(heads, rows) {
  const numeric = (index) => (index > 1 ? "number" : null);
  const head = heads.map((text, index) =>
    el("th", { scope: "col", class: numeric(index) }, text),
  );
  const body = rows.map(([first, ...cells]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, ...first),
      ...cells.map((text, index) => el("td", { class: numeric(index + 1) }, text)),
    ),
  );
  return el(
    "table",
    { class: "plain" },
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...body),
  );
}
