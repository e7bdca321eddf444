// A feature's figure: training as wide, soft bars, traffic as slim, strong ones before.

import { drawn, el } from "./element.js";

const SLOT = 24;
const HEIGHT = 72;
const MOST_NAMES = 8;

/** Bars side by side for the bins of numbers. */
export class Histogram {
  constructor(feature) {
    const bins = feature.training.size;
    const { edges } = feature.trained;
    this.training = rects("training", bins, 1, SLOT - 2);
    this.traffic = rects("traffic", bins, SLOT / 2 - 4, 8);
    this.titles = Array.from({ length: bins }, () => drawn("title"));
    const hovers = this.titles.map((title, index) =>
      drawn(
        "rect",
        { class: "hover", x: index * SLOT, width: SLOT, height: HEIGHT },
        title,
      ),
    );
    this.svg = drawn(
      "svg",
      {
        class: "histogram",
        viewBox: `0 0 ${SLOT * bins} ${HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
      },
      ...this.training,
      ...this.traffic,
      ...hovers,
    );
    const middle = edges[Math.floor((edges.length - 1) / 2)];
    const marks = edges.length > 2 ? [edges[0], middle, edges.at(-1)] : edges;
    this.element = el(
      "div",
      {},
      this.svg,
      el("p", { class: "scale" }, ...marks.map((one) => el("span", {}, short(one)))),
    );
  }

  update(shares) {
    const top = Math.max(...shares.flatMap((one) => [one.training, one.traffic])) || 1;
    shares.forEach((share, index) => {
      rise(this.training[index], share.training / top);
      rise(this.traffic[index], share.traffic / top);
      this.titles[index].textContent = inWords(share);
    });
    this.svg.setAttribute("aria-label", summary(shares));
  }
}

/** A line for each of the commonest names. */
export class Names {
  constructor() {
    this.element = el("table", { class: "shares" });
  }

  update(shares) {
    const most = (share) => Math.max(share.training, share.traffic);
    const ranked = shares
      .filter((share) => most(share) > 0)
      .sort((one, other) => most(other) - most(one));
    const top = most(ranked[0] ?? { training: 1, traffic: 1 }) || 1;
    const rows = ranked
      .slice(0, MOST_NAMES)
      .map((share) =>
        el(
          "tr",
          { title: inWords(share) },
          el("th", { scope: "row" }, share.words),
          el("td", {}, pair(share, top)),
          el("td", { class: "number" }, percent(share.traffic)),
        ),
      );
    const rest = ranked.length - MOST_NAMES;
    const more = rest > 0 && el("caption", {}, `and ${rest} more`);
    this.element.replaceChildren(...[more, el("tbody", {}, ...rows)].filter(Boolean));
  }
}

/** A share as people write it. */
export function percent(share) {
  const value = 100 * share;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

function rects(name, count, offset, width) {
  return Array.from({ length: count }, (_, index) =>
    drawn("rect", {
      class: name,
      x: index * SLOT + offset,
      y: HEIGHT,
      width,
      height: 0,
    }),
  );
}

function rise(rect, share) {
  const height = share > 0 ? Math.max(1, HEIGHT * share) : 0;
  rect.setAttribute("height", height);
  rect.setAttribute("y", HEIGHT - height);
}

function pair(share, top) {
  return drawn(
    "svg",
    {
      class: "bar pair",
      viewBox: "0 0 100 12",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    drawn("rect", {
      class: "training",
      width: (100 * share.training) / top,
      height: 12,
    }),
    drawn("rect", {
      class: "traffic",
      y: 4,
      width: (100 * share.traffic) / top,
      height: 4,
    }),
  );
}

function inWords({ words, training, traffic }) {
  return `${words}: ${percent(training)} in training, ${percent(traffic)} of traffic`;
}

/** For whoever cannot see the bars: where they differ most. */
function summary(shares) {
  const gap = (share) => Math.abs(share.training - share.traffic);
  const widest = shares.reduce((one, other) => (gap(other) > gap(one) ? other : one));
  return `Training and traffic in ${shares.length} bins; they differ most ${inWords(widest)}`;
}

function short(value) {
  return Number(value.toPrecision(4)).toLocaleString("en", {
    maximumFractionDigits: 6,
  });
}
