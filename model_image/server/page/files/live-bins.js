// A feature's values in training and in traffic, as shares of the same bins.

import { number } from "./element.js";

/** Where a kind of feature is in /metrics: its label, and the names of its metrics. */
export const KINDS = {
  input: {
    label: "feature",
    values: "slipway_input_value",
    categories: "slipway_input_category_total",
    missing: "slipway_input_missing_total",
  },
  output: {
    label: "output",
    values: "slipway_output_value",
    categories: "slipway_output_category_total",
  },
};

/** A feature of the profile, which finds its own numbers in a reading. */
export class Feature {
  constructor(kind, name, trained) {
    this.kind = kind;
    this.name = name;
    this.numeric = trained.kind === "distribution";
    this.trained = trained;
    this.training = new Map(
      this.numeric ? trained.counts.entries() : Object.entries(trained.values),
    );
    this.words = this.numeric ? bins(trained.edges) : null;
  }

  /** Each bin in words, with its share in training and in traffic up to `after`. */
  bins(after, before) {
    const then = before ? this.#counts(before) : new Map();
    const now = this.#counts(after);
    const traffic = new Map(
      [...now].map(([key, count]) => [key, count - (then.get(key) ?? 0)]),
    );
    const rows = sum(traffic.values());
    const [trained, seen] = [sum(this.training.values()), rows].map((all) => all || 1);
    const keys = [...new Set([...this.training.keys(), ...traffic.keys()])];
    const shares = keys.map((key) => ({
      words: this.words?.[key] ?? key,
      training: (this.training.get(key) ?? 0) / trained,
      traffic: (traffic.get(key) ?? 0) / seen,
    }));
    return { shares, rows, missing: this.#missing(after, before, rows) };
  }

  /** How far traffic moved away from training; undefined where too few rows say. */
  psi(scrape) {
    const own = ({ kind, feature }) => kind === this.kind && feature === this.name;
    return scrape.total("slipway_data_drift_psi", own);
  }

  get #own() {
    const { label } = KINDS[this.kind];
    return (labels) => labels[label] === this.name;
  }

  #counts(scrape) {
    const { values, categories } = KINDS[this.kind];
    if (!this.numeric) {
      const found = scrape.all(categories, this.#own);
      return new Map(found.map(({ labels, value }) => [labels.category, value]));
    }
    const upto = scrape.buckets(values, this.#own).map(([, count]) => count);
    return new Map(upto.map((count, index) => [index, count - (upto[index - 1] ?? 0)]));
  }

  #missing(after, before, rows) {
    const { missing } = KINDS[this.kind];
    if (!missing) return null;
    const now = after.total(missing, this.#own) ?? 0;
    const then = before?.total(missing, this.#own) ?? 0;
    const training = sum(this.training.values()) + this.trained.missing;
    return {
      training: this.trained.missing / (training || 1),
      traffic: (now - then) / (rows + now - then || 1),
    };
  }
}

/** The features of a profile, in its order. */
export function featuresOf(profile) {
  return Object.keys(KINDS).flatMap((kind) =>
    Object.entries(profile[`${kind}s`]).map(
      ([name, trained]) => new Feature(kind, name, trained),
    ),
  );
}

/** What drift of this size is called; by custom 0.1 is worth a look, 0.2 is a shift. */
export function verdict(psi) {
  if (psi === undefined) return { state: "silent", mark: "·", word: "too few rows" };
  if (psi >= 0.2) return { state: "drifted", mark: "◆", word: "drifted" };
  if (psi >= 0.1) return { state: "watch", mark: "▲", word: "watch" };
  return { state: "steady", mark: "✓", word: "steady" };
}

/** A value equal to an edge is counted below it. */
function bins(edges) {
  if (!edges.length) return ["any"];
  const shown = edges.map((edge) => number(edge, 4));
  const inner = edges
    .slice(1)
    .map((_, index) => `above ${shown[index]} to ${shown[index + 1]}`);
  return [`up to ${shown[0]}`, ...inner, `above ${shown.at(-1)}`];
}

function sum(values) {
  return [...values].reduce((total, value) => total + value, 0);
}
