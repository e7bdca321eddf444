// Panels of which one is seen, chosen by mouse or by arrow keys.

import { el } from "./element.js";

/** Tabs of these `[label, panel]` pairs; `name` says to a screen reader what they are. */
export function tabs(name, pairs) {
  const made = pairs.map(([label, content], index) => {
    const id = `${name}-${index}`.replaceAll(/\W+/g, "-");
    const tab = el(
      "button",
      { type: "button", role: "tab", id, "aria-controls": `${id}-panel` },
      label,
    );
    const panel = el(
      "div",
      { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id },
      content,
    );
    return { tab, panel };
  });
  const choose = (chosen) => {
    for (const { tab, panel } of made) {
      tab.setAttribute("aria-selected", tab === chosen.tab ? "true" : "false");
      tab.tabIndex = tab === chosen.tab ? 0 : -1;
      panel.hidden = tab !== chosen.tab;
    }
  };
  const keyed = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const now = made.findIndex(({ tab }) => tab === event.target);
    const next = made[(now + step + made.length) % made.length];
    choose(next);
    next.tab.focus();
  };
  made.forEach((one) => one.tab.addEventListener("click", () => choose(one)));
  choose(made[0]);
  return el(
    "div",
    { class: "tabs" },
    el(
      "div",
      { role: "tablist", "aria-label": name, keydown: keyed },
      ...made.map(({ tab }) => tab),
    ),
    ...made.map(({ panel }) => panel),
  );
}

/** Code with a button that copies it, where the browser lets pages do that. */
export function code(text) {
  const pre = el("pre", { tabindex: 0 }, text);
  if (!navigator.clipboard) return pre;
  const button = el("button", { type: "button", class: "plain copy" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return el("div", { class: "code" }, pre, button);
}
