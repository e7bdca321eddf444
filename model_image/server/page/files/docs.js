// The API page: everything on it is read from openapi.json.

import { fieldTable, paths, refusals } from "./docs-tables.js";
import { byId, el } from "./element.js";
import { tryIt } from "./form.js";
import { exampleOf, field, fieldsOf, firstRow, predict } from "./schema.js";
import { admitted, ask } from "./server.js";
import { code, tabs } from "./tabs.js";

/** What the document's calls name, where each reader has an address of their own. */
const ADDRESS = "localhost:8080";

const { answer: api } = await admitted(byId("gate"), () => ask("openapi.json")).catch(
  failed,
);
show(api);

function show(api) {
  const { title, version, summary } = api.info;
  document.title = `${title} ${version} API`;
  byId("title").replaceChildren(title, " ", el("small", {}, version));
  byId("summary").textContent = summary;
  const fields = fieldsOf(api);
  const example = exampleOf(api);
  byId("calls").replaceChildren(...calls(api));
  byId("fields").replaceChildren(fieldTable(fields, "May be missing"));
  byId("form").replaceChildren(tryIt(fields, example && firstRow(example, fields)));
  byId("answers").replaceChildren(...answers(api));
  byId("errors").replaceChildren(refusals(api));
  byId("paths").replaceChildren(paths(api));
  byId("api").hidden = false;
}

function calls(api) {
  const posts = Object.values(api.paths).flatMap(({ post }) => post ?? []);
  const samples = new Map();
  for (const post of posts) {
    for (const { label, source } of post["x-codeSamples"] ?? []) {
      if (!samples.has(label)) samples.set(label, code(addressed(source)));
    }
  }
  if (!samples.size)
    return [el("p", {}, "The stored example is too large to be shown here.")];
  return [tabs("Example calls", [...samples])];
}

/** The same call to the server that this page came from. */
function addressed(source) {
  const here = new URL(".", location.href);
  const path = here.pathname.slice(0, -1);
  return source
    .replaceAll(`http://${ADDRESS}`, here.origin + path)
    .replaceAll(ADDRESS, here.host + path);
}

function answers(api) {
  const { properties } = api.components.schemas.Prediction;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const made = field(name, schema, true);
    return { ...made, description: parts(schema) };
  });
  const example = predict(api).responses["200"].content["application/json"].example;
  const shown = example ? [code(JSON.stringify(example, null, 2))] : [];
  return [fieldTable(fields), ...shown];
}

function parts(schema) {
  const names = Object.keys(schema.properties ?? {});
  return names.length
    ? `a number for each of ${names.slice(0, 24).join(", ")}${names.length > 24 ? ", …" : ""}`
    : "";
}

function failed(error) {
  byId("gate").replaceChildren(
    el(
      "p",
      { class: "wrong", role: "alert" },
      `The API cannot be shown: ${error.message}`,
    ),
  );
  throw error;
}
