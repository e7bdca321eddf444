// Lines of the last minutes.

import { drawn } from "./element.js";

const WIDTH = 300;
const HEIGHT = 56;
const LEAST_SECONDS = 60;

/** Lines over the time that there are readings of; the first is filled below. */
export class Lines {
  constructor(count) {
    this.area = drawn("path", { class: "area" });
    this.lines = Array.from({ length: count }, (_, index) =>
      drawn("path", { class: `line n${index}` }),
    );
    this.element = drawn(
      "svg",
      {
        class: "lines",
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      this.area,
      ...this.lines,
    );
  }

  /** Draw a series for each line up to `now`, from 0 to `most` or the highest point. */
  update(now, series, most = 0) {
    const span = Math.max(LEAST_SECONDS, now - (series[0][0]?.[0] ?? now));
    const values = series.flat().map(([, value]) => value ?? 0);
    const top = Math.max(most, ...values) || 1;
    const place = ([seconds, value]) =>
      value === undefined ? null : point((now - seconds) / span, value / top);
    const all = series.map((one) => pieces(one.map(place)));
    all.forEach((runs, index) =>
      this.lines[index].setAttribute("d", runs.map(path).join("")),
    );
    this.area.setAttribute("d", all[0].map(below).join(""));
  }
}

function point(past, share) {
  const x = WIDTH * (1 - past);
  const y = HEIGHT - 2 - (HEIGHT - 5) * share;
  return [x.toFixed(1), y.toFixed(1)];
}

/** The runs of points between which there was nothing to measure. */
function pieces(points) {
  const runs = [[]];
  for (const one of points) {
    if (one) runs.at(-1).push(one);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

function path(run) {
  return `M${run.map(([x, y]) => `${x} ${y}`).join("L")}`;
}

function below(run) {
  return `${path(run)}V${HEIGHT}H${run[0][0]}Z`;
}
