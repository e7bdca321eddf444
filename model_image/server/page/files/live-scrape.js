// One reading of /metrics: the very text that Prometheus scrapes.

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** The samples of a text, found by name; `seconds` is when it was read. */
export class Scrape {
  constructor(text, seconds) {
    this.seconds = seconds;
    this.samples = new Map();
    for (const line of text.split("\n")) {
      const match = line.startsWith("#") ? null : LINE.exec(line);
      if (match) this.#add(match[1], labelsOf(match[2] ?? ""), valueOf(match[3]));
    }
  }

  /** The samples of this name whose labels are `wanted`. */
  all(name, wanted = () => true) {
    return (this.samples.get(name) ?? []).filter(({ labels }) => wanted(labels));
  }

  /** Their sum; undefined where there are none. */
  total(name, wanted) {
    const found = this.all(name, wanted);
    return found.length ? found.reduce((sum, { value }) => sum + value, 0) : undefined;
  }

  /** A histogram's counts at or below each bound, in the order of the bounds. */
  buckets(name, wanted) {
    const counts = new Map();
    for (const { labels, value } of this.all(`${name}_bucket`, wanted)) {
      const bound = valueOf(labels.le);
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return [...counts].sort(([one], [other]) => one - other);
  }

  #add(name, labels, value) {
    const found = this.samples.get(name);
    if (found) found.push({ labels, value });
    else this.samples.set(name, [{ labels, value }]);
  }
}

/** How a histogram's counts grew from one reading to another. */
export function grown(before, after) {
  const earlier = new Map(before);
  return after.map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]);
}

/** The value that the share `q` lies below, as Prometheus's histogram_quantile. */
export function quantile(q, buckets) {
  const whole = buckets.at(-1)?.[1] ?? 0;
  if (!(whole > 0)) return undefined;
  const at = buckets.findIndex(([, count]) => count >= q * whole);
  const [bound, count] = buckets[at];
  const [low, below] = at > 0 ? buckets[at - 1] : [0, 0];
  if (bound === Infinity) return low;
  return low + ((bound - low) * (q * whole - below)) / (count - below);
}

function labelsOf(text) {
  const pairs = [...text.matchAll(LABEL)].map(([, name, value]) => [
    name,
    value.replaceAll(/\\[n"\\]/g, (escape) => ESCAPED[escape]),
  ]);
  return Object.fromEntries(pairs);
}

function valueOf(text) {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}
