// How the server is doing: tiles with the last five minutes, and answers by code.

import { el, number } from "./element.js";
import { Lines } from "./live-chart.js";
import { quantileOf, rate } from "./live-history.js";

const REQUESTS = "slipway_requests_total";
const DURATIONS = "slipway_request_duration_seconds";
// The whole container's, or else the process's own.
const CPU = ["slipway_container_cpu_seconds_total", "process_cpu_seconds_total"];
const MEMORY = ["slipway_container_memory_bytes", "process_resident_memory_bytes"];
const asked = ({ route }) => route === "predict" || route === "infer";
const failed = (labels) => asked(labels) && labels.code.startsWith("5");
const refused = (labels) => asked(labels) && labels.code.startsWith("4");

/** A number with its unit, what is behind it, and how it went. */
class Tile {
  constructor(title, drawing) {
    this.value = el("b", {}, "–");
    this.note = el("span", { class: "quiet" });
    this.drawing = drawing;
    this.element = el(
      "div",
      { class: "tile" },
      el("h3", {}, title),
      this.value,
      this.note,
      drawing.element,
    );
  }

  say(value, unit, note) {
    this.value.replaceChildren(value, " ", el("small", {}, unit));
    this.note.textContent = note;
  }
}

/** The tiles, which read a History. */
export class Tiles {
  rate = new Tile("Predictions", new Lines(1));
  latency = new Tile("Latency", new Lines(2));
  errors = new Tile("Refused and failed", new Lines(2));
  queue = new Tile("In flight", new Lines(1));
  cpu = new Tile("Processor", new Lines(1));
  memory = new Tile("Memory", new Lines(1));

  constructor() {
    const all = [
      this.rate,
      this.latency,
      this.errors,
      this.queue,
      this.cpu,
      this.memory,
    ];
    this.element = el("div", { class: "tiles" }, ...all.map(({ element }) => element));
  }

  update(history) {
    const now = history.latest.seconds;
    this.#rates(history, now);
    this.#times(history, now);
    this.#load(history, now);
    this.#processor(history, now);
    this.#memory(history, now);
  }

  #rates(history, now) {
    const of = (wanted) => (before, after) =>
      rate(before, after, REQUESTS, wanted) ?? 0;
    const series = [asked, refused, failed].map((wanted) => history.series(of(wanted)));
    const [all, no, bad] = [asked, refused, failed].map((wanted) =>
      of(wanted)(...history.recent),
    );
    const total = history.latest.total(REQUESTS, asked) ?? 0;
    this.rate.say(number(all), "/s", `${number(total, 6)} since it started`);
    this.rate.drawing.update(now, [series[0]]);
    const share = all ? (100 * (no + bad)) / all : 0;
    this.errors.say(
      number(share),
      "%",
      `${number(no)} refused, ${number(bad)} failed (dashed) each second`,
    );
    this.errors.drawing.update(now, [series[1], series[2]], 1);
  }

  #times(history, now) {
    const of = (q) => (before, after) => quantileOf(q, before, after, DURATIONS, asked);
    const [half, most] = [0.5, 0.99].map((q) => of(q)(...history.recent));
    this.latency.say(
      milliseconds(half),
      "ms p50",
      `${milliseconds(most)} ms p99, the solid line`,
    );
    this.latency.drawing.update(now, [
      history.series(of(0.99)),
      history.series(of(0.5)),
    ]);
  }

  #load(history, now) {
    const gauge = (scrape) => scrape.total("slipway_requests_in_flight") ?? 0;
    const waiting = history.latest.total("slipway_requests_waiting") ?? 0;
    const wait = quantileOf(0.99, ...history.recent, "slipway_queue_wait_seconds");
    const waited = wait === undefined ? "" : `, wait ${milliseconds(wait)} ms p99`;
    this.queue.say(
      number(gauge(history.latest)),
      "",
      `${number(waiting)} waiting${waited}`,
    );
    this.queue.drawing.update(now, [history.series((_, after) => gauge(after))], 1);
  }

  #processor(history, now) {
    const cores = (before, after) =>
      CPU.map((name) => rate(before, after, name)).find((value) => value !== undefined);
    const limit = history.latest.total("slipway_container_cpu_limit_cores");
    const held = rate(
      ...history.recent,
      "slipway_container_cpu_throttled_seconds_total",
    );
    const throttled = held > 0.001 ? `, held up ${number(100 * held, 2)} %` : "";
    const most = limit ? `of ${number(limit)}` : "no limit known";
    this.cpu.say(number(cores(...history.recent), 2), "cores", most + throttled);
    this.cpu.drawing.update(now, [history.series(cores)], limit);
  }

  #memory(history, now) {
    const bytes = (_, after) =>
      MEMORY.map((name) => after.total(name)).find((value) => value !== undefined);
    const limit = history.latest.total("slipway_container_memory_limit_bytes");
    const most = limit ? `of ${megabytes(limit)} MB` : "no limit known";
    this.memory.say(megabytes(bytes(null, history.latest)), "MB", most);
    this.memory.drawing.update(now, [history.series(bytes)], limit);
  }
}

function milliseconds(seconds) {
  return number(1000 * seconds, 3);
}

function megabytes(bytes) {
  return number(bytes / 2 ** 20, 3);
}
