// Makes elements. Text goes in as text, never as markup: nobody vouches for what a
// model's author or a caller wrote.

const SVG = "http://www.w3.org/2000/svg";

/** An element with these attributes and children; null, undefined and false are left out. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A name that a narrow place may break where its words end. */
export function breakable(name) {
  return name
    .split(/(?<=[_./ -])/)
    .flatMap((word, index) => (index ? [el("wbr"), word] : [word]));
}

/** A sentence whose `code` is set as code. */
export function marked(text) {
  return text
    .split("`")
    .map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

/** A number as people write it: as many digits as say something. */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e7 || Math.abs(value) < 1e-4)) {
    return value.toExponential(digits - 1);
  }
  const options =
    Math.abs(value) >= 100
      ? { maximumFractionDigits: Math.abs(value) >= 1e3 ? 0 : 1 }
      : { maximumSignificantDigits: digits };
  return value.toLocaleString("en", options);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(
    ...children.filter(
      (child) => child !== null && child !== undefined && child !== false,
    ),
  );
  return element;
}
