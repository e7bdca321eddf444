// One field of a form: its label, its control, and what is wrong with it.

import { breakable, el } from "./element.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The value of a column, as somebody types it. */
export class Entry {
  constructor(field, id) {
    this.field = field;
    this.note = el("span", { class: "note", id: `${id}-note` }, field.description);
    this.mistake = el("span", { class: "wrong", id: `${id}-wrong` });
    this.control = control(field, id);
    this.control.setAttribute("aria-describedby", `${id}-wrong ${id}-note`);
    const label = el("label", { for: id }, ...breakable(field.name));
    this.element = el(
      "div",
      { class: "entry", "data-kind": field.kind },
      label,
      this.control,
      field.known && known(field.known, id),
      this.mistake,
      this.note,
    );
  }

  fill(value) {
    const text =
      typeof value === "object" && value !== null
        ? JSON.stringify(value)
        : `${value ?? ""}`;
    this.control.value = text;
    this.wrong(null);
  }

  /** What the control holds as JSON; undefined where the column is left out. */
  get json() {
    const { kind, missing, choices } = this.field;
    const text = this.control.value;
    if (text.trim() === "" && (missing || kind !== "string")) return undefined;
    if (choices)
      return JSON.stringify(choices.find((one) => `${one}` === text) ?? text);
    if (kind === "string") return JSON.stringify(text);
    // As it was written: a number may have more digits than JavaScript's hold.
    if (kind !== "array") return literal(text.trim());
    return isJson(text) ? text : JSON.stringify(text);
  }

  wrong(text) {
    this.mistake.textContent = text ?? "";
    if (text) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }
}

function control(field, id) {
  const options =
    field.choices ?? (field.kind === "boolean" ? ["true", "false"] : null);
  if (options) {
    const empty = el("option", { value: "" }, field.missing ? "(missing)" : "");
    return el(
      "select",
      { id },
      empty,
      ...options.map((one) => el("option", {}, `${one}`)),
    );
  }
  if (field.kind === "array")
    return el("textarea", { id, rows: 3, spellcheck: "false" });
  const numeric = field.kind === "string" ? null : "decimal";
  return el("input", {
    id,
    inputmode: numeric,
    autocomplete: "off",
    spellcheck: "false",
    list: field.known ? `${id}-known` : null,
    placeholder: field.missing ? "missing" : null,
  });
}

/** What training knew, to choose from; other values are taken too. */
function known(values, id) {
  const options = values.map((value) => el("option", { value }));
  return el("datalist", { id: `${id}-known` }, ...options);
}

function literal(text) {
  if (NUMBER.test(text) || text === "true" || text === "false") return text;
  return JSON.stringify(text);
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
