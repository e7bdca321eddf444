// The card of one feature: its figure, how far it drifted, what was missing.

import { breakable, el } from "./element.js";
import { verdict } from "./live-bins.js";
import { Histogram, Names, percent } from "./live-figure.js";

/** A card that is judged at every reading, and drawn while it is on the page. */
export class FeatureCard {
  constructor(feature, index) {
    this.feature = feature;
    this.index = index;
    this.id = `${feature.kind}-${index}`;
    this.chip = el("span", { class: "chip" });
    this.figure = feature.numeric ? new Histogram(feature) : new Names();
    this.missing = el("p", { class: "quiet" });
    const heading = el("h3", { id: this.id, tabindex: -1 }, ...breakable(feature.name));
    this.element = el(
      "article",
      { class: "feature", "aria-labelledby": this.id },
      el("div", { class: "head" }, heading, this.chip),
      this.figure.element,
      this.missing,
    );
  }

  /** Take note of its drift. */
  judge(scrape) {
    const psi = this.feature.psi(scrape);
    const { state, mark, word } = verdict(psi);
    this.state = state;
    this.rank = psi ?? -1;
    this.element.dataset.drift = state;
    this.chip.textContent =
      psi === undefined ? word : `${mark} ${word}, PSI ${psi.toFixed(2)}`;
  }

  /** Draw its traffic, of all time or since the reading `before`. */
  draw(after, before) {
    const { shares, missing } = this.feature.bins(after, before);
    this.figure.update(shares);
    const any = missing && missing.training + missing.traffic > 0;
    this.missing.textContent = any
      ? `missing: ${percent(missing.traffic)}, in training ${percent(missing.training)}`
      : "";
  }
}
