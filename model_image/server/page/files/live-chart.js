// Lines of the last minutes.

import { drawn } from "./element.js";

const WIDTH = 300;
const LEAST_SECONDS = 60;

/** Lines over the time that there are readings of; `update` takes a series for each. */
export class Lines {
  static HEIGHT = 56;

  constructor(count) {
    this.area = drawn("path", { class: "area" });
    this.lines = Array.from({ length: count }, (_, index) =>
      drawn("path", { class: `line n${index}` }),
    );
    this.element = drawn(
      "svg",
      {
        class: "lines",
        viewBox: `0 0 ${WIDTH} ${Lines.HEIGHT}`,
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      this.area,
      ...this.lines,
    );
  }

  /** Draw up to `now`, from 0 to `most` or the highest point. */
  update(now, series, most = 0) {
    const span = Math.max(LEAST_SECONDS, now - (series[0][0]?.[0] ?? now));
    const values = series.flat().map(([, value]) => value ?? 0);
    const top = Math.max(most, ...values) || 1;
    const points = series.map((one) =>
      one.map(([seconds, value]) => point((now - seconds) / span, value, top)),
    );
    points.forEach((one, index) => this.lines[index].setAttribute("d", path(one)));
    const filled = points[0].filter(Boolean);
    const bottom = Lines.HEIGHT;
    const area = filled.length > 1 ? `${path(filled)}V${bottom}H${filled[0][0]}Z` : "";
    this.area.setAttribute("d", area);
  }
}

function point(past, value, top) {
  if (value === undefined) return null;
  const x = WIDTH * (1 - past);
  const y = Lines.HEIGHT - 2 - (Lines.HEIGHT - 5) * (value / top);
  return [x.toFixed(1), y.toFixed(1)];
}

/** A line that is broken where there was nothing to measure. */
function path(points) {
  let drawing = false;
  const parts = points.map((one) => {
    const part = one ? `${drawing ? "L" : "M"}${one[0]} ${one[1]}` : "";
    drawing = one !== null;
    return part;
  });
  return parts.join("");
}
