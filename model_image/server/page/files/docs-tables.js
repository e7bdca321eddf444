// The tables of the API page.

import { breakable, el, marked } from "./element.js";
import { predict } from "./schema.js";

/** The fields of a row, or of an answer where nothing may be missing. */
export function fieldTable(fields, missing) {
  const rows = fields.map((one) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, ...breakable(one.name)),
      el("td", {}, one.words),
      missing && el("td", { "data-label": missing }, one.required ? "no" : "yes"),
      el("td", {}, values(one)),
    ),
  );
  const heads = ["Name", "Type", missing, "Values"].filter(Boolean);
  const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)));
  const table = el(
    "table",
    { class: "fields" },
    el("thead", {}, head),
    el("tbody", {}, ...rows),
  );
  const tall = { class: "tall", tabindex: 0, role: "region", "aria-label": "Fields" };
  return el("div", rows.length > 40 ? tall : {}, table);
}

function values(one) {
  const listed = one.choices ?? one.known;
  const chips = listed?.slice(0, 24).map((choice) => el("li", {}, `${choice}`));
  const rest = (listed?.length ?? 0) - 24;
  return el(
    "div",
    {},
    one.description,
    chips &&
      el(
        "ul",
        { class: "chips", "aria-label": one.choices ? "only these" : "known" },
        ...chips,
      ),
    rest > 0 && el("small", {}, `and ${rest} more in openapi.json`),
  );
}

/** Every status but the good one, with its reason. */
export function refusals(api) {
  const named = Object.keys(predict(api).responses).filter(
    (status) => status !== "200",
  );
  const rows = named.map((status) => {
    const { description } = api.components.responses[`Refused${status}`];
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, status),
      el("td", {}, ...marked(description)),
    );
  });
  return el("table", { class: "plain" }, el("tbody", {}, ...rows));
}

/** Every path with what it is for. */
export function paths(api) {
  const rows = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("code", {}, `${method.toUpperCase()} ${path}`)),
        el("td", {}, summary),
      ),
    ),
  );
  return el("table", { class: "plain" }, el("tbody", {}, ...rows));
}
