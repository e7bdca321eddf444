// What the OpenAPI document says of a row's values, in words and for forms.

const WORDS = {
  number: "number",
  integer: "whole number",
  string: "text",
  boolean: "true or false",
  array: "list",
  object: "numbers by name",
};

/** The fields of a row: name, kind of value, and what may be sent. */
export function fieldsOf(api) {
  const row = api.components.schemas.Row;
  return Object.entries(row.properties).map(([name, schema]) =>
    field(name, schema, row.required.includes(name)),
  );
}

/** What one value may be. */
export function field(name, schema, required) {
  const one = schema.anyOf ? schema.anyOf[0] : schema;
  const types = [one.type].flat();
  return {
    name,
    required,
    kind: types[0],
    missing: types.includes("null"),
    words: words(one),
    choices: one.enum?.filter((choice) => choice !== null),
    known: one.examples?.length > 1 ? one.examples : undefined,
    description: one.description ?? "",
  };
}

/** The first row of a request of any form, to fill a form with. */
export function firstRow(request, fields) {
  const names = new Set(fields.map((one) => one.name));
  const form = ["rows", "row", "columns"].find(
    (key) => key in request && !names.has(key),
  );
  if (!form) return request;
  const value = request[form];
  if (form === "rows") return value[0];
  if (form === "row") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, values]) => [name, values[0]]),
  );
}

/** The request to /predict that the document shows, if any. */
export function exampleOf(api) {
  return predict(api).requestBody.content["application/json"].example;
}

/** The operation that answers for rows. */
export function predict(api) {
  return api.paths["/predict"].post;
}

function words(schema) {
  const sizes = [];
  let one = schema;
  while (one.type === "array") {
    sizes.push(one.minItems);
    one = one.items;
  }
  const type = [one.type].flat()[0];
  const format = one.format ? ` (${one.format})` : "";
  const of = sizes.length ? `${sizes.join(" × ")} of ` : "";
  return `${of}${WORDS[type] ?? "value"}${format}`;
}
