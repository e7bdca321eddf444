// A form for one row, made from the schema; each mistake is shown at its field.

import { shownAnswer } from "./answer.js";
import { el } from "./element.js";
import { Entry } from "./entry.js";
import { ask } from "./server.js";

/** A form that asks /predict for a row, filled in with an example of one. */
export function tryIt(fields, example) {
  const rows = fields.map((field, index) => new Entry(field, `f${index}`));
  const result = el("div", { class: "result", "aria-live": "polite" });
  const fill = () => rows.forEach((row) => row.fill(example?.[row.field.name]));
  const submitted = async (event) => {
    event.preventDefault();
    rows.forEach((row) => row.wrong(null));
    result.setAttribute("aria-busy", "true");
    try {
      const { answer, milliseconds } = await ask("predict", body(rows));
      result.replaceChildren(...shownAnswer(answer, milliseconds));
    } catch (error) {
      result.replaceChildren(...refused(error, rows));
    } finally {
      result.removeAttribute("aria-busy");
    }
  };
  fill();
  return el(
    "form",
    { class: "try", novalidate: true, submit: submitted },
    el(
      "div",
      { class: rows.length > 60 ? "entries tall" : "entries" },
      ...rows.map((row) => row.element),
    ),
    el(
      "p",
      { class: "buttons" },
      el("button", {}, "Predict"),
      example &&
        el(
          "button",
          { type: "button", class: "plain", click: fill },
          "Fill in the example",
        ),
    ),
    result,
  );
}

function body(rows) {
  const pairs = rows
    .map((row) => [row.field.name, row.json])
    .filter(([, json]) => json !== undefined)
    .map(([name, json]) => `${JSON.stringify(name)}: ${json}`);
  return `{"rows": [{${pairs.join(", ")}}]}`;
}

/** What is wrong, at the fields where it is; the first of them gets the focus. */
function refused(error, rows) {
  const byName = new Map(rows.map((row) => [row.field.name, row]));
  const elsewhere = [];
  for (const { feature, expected, got } of error.mistakes ?? []) {
    const text = `expected ${expected}, got ${got}`;
    if (byName.has(feature)) byName.get(feature).wrong(text);
    else elsewhere.push(`${feature}: ${text}`);
  }
  rows.find((row) => row.control.hasAttribute("aria-invalid"))?.control.focus();
  const count = (error.mistakes ?? []).length - elsewhere.length;
  const summary = count
    ? `${count === 1 ? "One field does" : `${count} fields do`} not fit the model.`
    : error.message;
  return [
    el(
      "p",
      { class: "wrong" },
      error.status ? `${error.status}: ${summary}` : `No answer: ${summary}`,
    ),
    ...elsewhere.map((text) => el("p", { class: "wrong" }, text)),
  ];
}
