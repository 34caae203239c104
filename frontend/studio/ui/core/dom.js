/** The DOM: elements made and kept up to date with text nodes only, for words of users are no HTML. */

import { patiently } from "./lazy.js";

/**
 * An element with attributes and children; a child that is text becomes a text node.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * A button that does something; its label is read out where its text is only a sign.
 * @param {string | Node} text
 * @param {() => void} run
 * @param {Record<string, string>} [attributes]
 */
export function button(text, run, attributes = {}) {
  const node = /** @type {HTMLButtonElement} */ (
    element("button", { type: "button", ...attributes }, text)
  );
  node.addEventListener("click", run);
  return node;
}

/**
 * Write only what changed, so that nothing flickers and no reader repeats itself. An element
 * without text is hidden.
 * @param {Element} node @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
  /** @type {HTMLElement} */ (node).hidden = text === "";
}

/** Show a thing of a row that is wider than its place. @param {Element | null} thing */
export function toMiddle(thing) {
  thing?.scrollIntoView({ block: "nearest", inline: "center" });
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A drawn sign of 20 by 20: strokes in the colour of the text around it.
 * @param {string} path What an SVG path's `d` says.
 */
export function sign(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** @type {Map<string, Promise<void>>} */
const styles = new Map();

/**
 * Load a style sheet once, for a part of the page that is not always there. It settles when the
 * styles hold, also if they could not be had: unstyled is better than not at all.
 * @param {URL} url
 * @returns {Promise<void>}
 */
export function loadStyles(url) {
  let loading = styles.get(url.href);
  if (!loading) {
    loading = patiently(() => linked(url.href)).catch(() => undefined);
    styles.set(url.href, loading);
  }
  return loading;
}

/** @param {string} href @returns {Promise<void>} */
function linked(href) {
  const link = element("link", { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`${href} did not come`));
    });
    document.head.append(link);
  });
}
