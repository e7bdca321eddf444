// The page on the private port: reads /metrics every two seconds and shows it.

import { byId, el, number } from "./element.js";
import { tryIt } from "./form.js";
import { card } from "./live-card.js";
import { featuresOf } from "./live-bins.js";
import { codes, mistakes } from "./live-codes.js";
import { Features } from "./live-features.js";
import { History } from "./live-history.js";
import { Scrape } from "./live-scrape.js";
import { Tiles } from "./live-traffic.js";
import { fieldsOf, firstRow } from "./schema.js";
import { admitted, ask } from "./server.js";

const EVERY_MS = 2000;

const history = new History();
const tiles = new Tiles();
const [manifest, profile] = await Promise.all(["card", "profile.json"].map(read));
const inputs = new Features(features("input"), "inputs");
const outputs = new Features(features("output"), "outputs");

place();
await tick();
setInterval(tick, EVERY_MS);
for (const id of ["period", "order", "named"]) byId(id).addEventListener("input", draw);
byId("choices").addEventListener("submit", (event) => event.preventDefault());
await offerForm();

async function read(path) {
  return (await ask(path)).answer;
}

function features(kind) {
  return featuresOf(profile).filter((feature) => feature.kind === kind);
}

function place() {
  document.title = `${manifest.name} ${manifest.version}`;
  byId("title").replaceChildren(manifest.name, " ", el("small", {}, manifest.version));
  byId("description").textContent = manifest.description;
  byId("tiles").replaceChildren(tiles.element);
  byId("input-features").replaceChildren(inputs.element);
  byId("output-features").replaceChildren(outputs.element);
  byId("card").replaceChildren(card(manifest, profile));
}

async function tick() {
  if (document.hidden && history.latest) return;
  try {
    const response = await fetch("metrics", {
      signal: AbortSignal.timeout(EVERY_MS * 2),
    });
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    history.add(new Scrape(await response.text(), performance.now() / 1000));
  } catch {
    say("lost", "No answer from the server; what is shown is old");
    return;
  }
  draw();
}

function draw() {
  const { latest, oldest } = history;
  const ready = latest.total("slipway_ready") === 1;
  say(
    ready ? "ready" : "waiting",
    ready ? "Ready" : "Not ready: it takes no new callers",
  );
  byId("uptime").textContent =
    `Up ${duration(Date.now() / 1000 - latest.total("process_start_time_seconds"))}.`;
  tiles.update(history);
  const before = byId("period").value === "recent" ? oldest : null;
  const choice = {
    worst: byId("order").value === "worst",
    named: byId("named").value.trim().toLowerCase(),
  };
  inputs.update(latest, before, choice);
  outputs.update(latest, before, choice);
  byId("window").textContent =
    `drift is told from ${number(latest.total("slipway_data_drift_rows") ?? 0, 6)} recent rows`;
  byId("codes").replaceChildren(codes(history));
  byId("mistakes").replaceChildren(mistakes(history));
}

/** Said only when it changes: it is read aloud. */
function say(state, text) {
  const status = byId("status");
  if (status.dataset.state === state) return;
  status.dataset.state = state;
  status.textContent = text;
}

async function offerForm() {
  const api = await admitted(byId("gate"), () => read("openapi.json"));
  const fields = fieldsOf(api);
  const { request } = await read("example.json");
  byId("form").replaceChildren(tryIt(fields, firstRow(request, fields)));
}

function duration(seconds) {
  const units = [
    ["d", 86400],
    ["h", 3600],
    ["min", 60],
  ];
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
