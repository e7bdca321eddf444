// The readings of the last minutes, and how fast counts grow between them.

import { grown, quantile } from "./live-scrape.js";

const KEPT_SECONDS = 300;
const RECENT_SECONDS = 10;

/** Readings from old to new, of one life of the server. */
export class History {
  scrapes = [];

  add(scrape) {
    if (started(scrape) !== started(this.latest ?? scrape)) this.scrapes = [];
    this.scrapes.push(scrape);
    const oldest = scrape.seconds - KEPT_SECONDS;
    this.scrapes = this.scrapes.filter(({ seconds }) => seconds >= oldest);
  }

  get latest() {
    return this.scrapes.at(-1);
  }

  get oldest() {
    return this.scrapes[0];
  }

  /** The last few seconds, as two readings: one alone makes too rough a rate. */
  get recent() {
    const since = this.latest.seconds - RECENT_SECONDS;
    const before = this.scrapes.findLast(({ seconds }) => seconds <= since);
    return [before ?? this.oldest, this.latest];
  }

  /** What `measure` gives for each reading and the one before it, with its time. */
  series(measure) {
    return this.scrapes
      .slice(1)
      .map((after, index) => [after.seconds, measure(this.scrapes[index], after)]);
  }
}

/** When the server started; another time is another server, whose counts begin at 0. */
function started(scrape) {
  return scrape.total("process_start_time_seconds");
}

/** How much a counter grew each second between two readings. */
export function rate(before, after, name, wanted) {
  const seconds = after.seconds - before.seconds;
  const now = after.total(name, wanted);
  if (now === undefined || !(seconds > 0)) return undefined;
  return (now - (before.total(name, wanted) ?? 0)) / seconds;
}

/** A quantile of what a histogram counted between two readings. */
export function quantileOf(q, before, after, name, wanted) {
  const buckets = [before, after].map((scrape) => scrape.buckets(name, wanted));
  return quantile(q, grown(...buckets));
}
