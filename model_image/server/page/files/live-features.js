// All inputs or all outputs, and in a sentence which of them have drifted.

import { el } from "./element.js";
import { FeatureCard } from "./live-feature.js";

const MOST = 48;

/** The cards of some features; `noun` is what they are together. */
export class Features {
  constructor(features, noun) {
    this.noun = noun;
    this.cards = features.map((feature, index) => new FeatureCard(feature, index));
    this.most = MOST;
    this.sentence = el("p", { "aria-live": "polite" });
    this.grid = el("div", { class: "features" });
    this.all = el("button", { type: "button", class: "plain" });
    this.all.addEventListener("click", () => {
      this.most = Infinity;
      this.all.hidden = true;
    });
    this.element = el("div", {}, this.sentence, this.grid, this.all);
  }

  /** Show those whose name holds `named`; `worst` first, or as the model has them. */
  update(after, before, { worst, named }) {
    for (const card of this.cards) card.judge(after);
    this.#say();
    const found = this.cards.filter(({ feature }) =>
      feature.name.toLowerCase().includes(named),
    );
    if (worst)
      found.sort((one, other) => other.rank - one.rank || one.index - other.index);
    const shown = found.slice(0, this.most);
    for (const card of shown) card.draw(after, before);
    this.#place(shown.map(({ element }) => element));
    this.all.hidden = found.length === shown.length;
    this.all.textContent = `Show all ${found.length}`;
  }

  /** What is in its place already stays untouched. */
  #place(elements) {
    const { children } = this.grid;
    const placed =
      elements.length === children.length &&
      elements.every((one, index) => children[index] === one);
    if (!placed) this.grid.replaceChildren(...elements);
  }

  #say() {
    const drifted = this.cards.filter(({ state }) => state === "drifted");
    const judged = this.cards.filter(({ state }) => state !== "silent").length;
    const said = `${judged} ${drifted.map(({ index }) => index)}`;
    // Said again only when it is news: a screen reader reads every change.
    if (said === this.said) return;
    this.said = said;
    this.sentence.replaceChildren(...sentence(this.cards, judged, drifted, this.noun));
  }
}

function sentence(cards, judged, drifted, noun) {
  if (!cards.length)
    return [`The model came without a profile of its ${noun} in training.`];
  if (!judged) return ["Too few recent rows to tell drift from chance."];
  if (!drifted.length) return [`None of ${judged} ${noun} has drifted.`];
  const links = drifted
    .slice(0, 8)
    .flatMap(({ id, feature }, index) => [
      index ? ", " : "",
      el("a", { href: `#${id}` }, feature.name),
    ]);
  const rest = drifted.length > 8 ? `, and ${drifted.length - 8} more` : "";
  return [
    el("strong", {}, `◆ ${drifted.length} of ${judged} ${noun} drifted: `),
    ...links,
    rest,
  ];
}
