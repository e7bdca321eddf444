// What the model says of itself, and which bytes these are.

import { el } from "./element.js";

const LINES = [
  ["Intended use", "intended_use"],
  ["Owner", "owner"],
  ["Licence", "licence"],
  ["Source", "source"],
  ["Flavour", "flavour"],
  ["Identity", "identity"],
  ["Image", "image"],
];
const DIGESTS = ["identity", "image"];

/** The card as a list; what its author left out is said to be. */
export function card(manifest, profile) {
  const pairs = LINES.map(([label, key]) => [
    label,
    manifest[key],
    DIGESTS.includes(key),
  ]);
  if (profile.rows)
    pairs.push(["Profile", `of ${profile.rows.toLocaleString("en")} rows`, false]);
  return el(
    "dl",
    {},
    ...pairs.flatMap(([label, text, isCode]) => line(label, text, isCode)),
  );
}

function line(label, text, isCode) {
  const shown = text
    ? isCode
      ? el("code", {}, text)
      : text
    : el("span", { class: "quiet" }, "not stated");
  return [el("dt", {}, label), el("dd", {}, shown)];
}
