// Asks this server, with the caller's token where it wants one.

import { el } from "./element.js";

let token = "";

/** A refusal: its status, and what the server said. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? `the server answered ${status}`);
    this.status = status;
    this.mistakes = body.mistakes ?? [];
    this.id = body.id;
  }
}

/** The answer's JSON, and how long it took; throws Refused. */
export async function ask(path, body) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const options = body === undefined ? { headers } : posted(headers, body);
  const before = performance.now();
  const response = await fetch(path, options);
  const text = await response.text();
  const milliseconds = performance.now() - before;
  const answer = parsed(text);
  if (!response.ok) throw new Refused(response.status, answer ?? {});
  return { answer, milliseconds };
}

/**
 * What `read` gives, once the server lets us: asks in `place` for a token until then.
 *
 * The token is kept in this page's memory and nowhere else.
 */
export async function admitted(place, read) {
  for (;;) {
    try {
      const value = await read();
      place.replaceChildren();
      return value;
    } catch (error) {
      if (error.status !== 401 && error.status !== 403) throw error;
      token = await shownToken(place, token ? error.message : "");
    }
  }
}

function posted(headers, body) {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function shownToken(place, error) {
  return new Promise((resolve) => {
    const input = el("input", {
      id: "token",
      type: "password",
      autocomplete: "off",
      required: true,
      "aria-describedby": "token-note",
      "aria-invalid": error ? "true" : null,
    });
    const note = error || "Kept in this page only, until it is closed.";
    const submitted = (event) => {
      event.preventDefault();
      resolve(input.value.trim());
    };
    place.replaceChildren(
      el(
        "form",
        { class: "token", submit: submitted },
        el("label", { for: "token" }, "This model answers callers who show a token"),
        el("div", { class: "line" }, input, el("button", {}, "Use it")),
        el(
          "p",
          {
            id: "token-note",
            class: error ? "wrong" : "quiet",
            role: error ? "alert" : null,
          },
          note,
        ),
      ),
    );
    if (error) input.focus();
  });
}
