/** Words: what the page says, in the reader's language. English stands in the code; every other
 * language is a file that pairs the English sentence with its own: those the page says, and those it
 * hears from the server, which speaks English to everyone. */

export const LANGUAGES = Object.freeze({
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ja: "日本語",
});
/** @typedef {keyof typeof LANGUAGES} Language */

const KEPT = "canvas-queue.language";

/** @typedef {{said?: Record<string, string>, heard?: Record<string, string>}} Words English sentence → the
 *   reader's. What is heard may have values in it: `{name}` stands for any. */

/** @type {Record<string, string>} */
let said = {};
/** @type {Record<string, string>} */
let known = {};
/** @type {{pattern: RegExp, sentence: string}[]} What has values in it, the most particular first. */
let patterns = [];
let plurals = new Intl.PluralRules("en");
/** @type {Language} */
let current = "en";

/** The language that is spoken now. */
export function language() {
  return current;
}

/**
 * The language to speak: the one that was chosen here before, or the browser's first that we know.
 * @param {{getItem(key: string): string | null}} store
 * @param {readonly string[]} wanted Such as `navigator.languages`.
 * @returns {Language}
 */
export function preferred(store, wanted) {
  const known = [chosen(store), ...wanted]
    .map((tag) => (tag ?? "").toLowerCase().split("-")[0])
    .find((tag) => tag in LANGUAGES);
  return /** @type {Language} */ (known ?? "en");
}

/** @param {{getItem(key: string): string | null}} store */
function chosen(store) {
  try {
    return store.getItem(KEPT);
  } catch {
    // Storage that is forbidden has no choice to tell of.
    return null;
  }
}

/** @param {{setItem(key: string, value: string): void}} store @param {Language} tag */
export function choose(store, tag) {
  try {
    store.setItem(KEPT, tag);
  } catch {
    // The choice holds until the page is left.
  }
}

/**
 * Speak a language from now on. If its file cannot be had, English is spoken.
 * @param {Language} tag
 * @param {(url: URL) => Promise<Words>} [load]
 */
export async function speak(tag, load = fetched) {
  const words = tag === "en" ? {} : await load(new URL(`../words/${tag}.json`, import.meta.url));
  current = words.said ? tag : "en";
  said = words.said ?? {};
  known = words.heard ?? {};
  patterns = Object.entries(known)
    .filter(([english]) => PLACE.test(english))
    .sort(([one], [other]) => literal(other).length - literal(one).length)
    .map(([english, sentence]) => ({ pattern: patternOf(english), sentence }));
  plurals = new Intl.PluralRules(current);
}

/** @param {URL} url @returns {Promise<Words>} */
async function fetched(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

const PLACE = /\{(\w+)\}/;
const PLACES = new RegExp(PLACE, "g");

/** What of a sentence is no value. @param {string} sentence */
function literal(sentence) {
  return sentence.replace(PLACES, "");
}

/** @param {string} sentence */
function patternOf(sentence) {
  const parts = sentence.split(PLACE).map((part, i) =>
    i % 2 === 1 ? `(?<${part}>.+?)` : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("")}$`, "s");
}

/** @param {string} sentence @param {Record<string, string | number>} values */
function filled(sentence, values) {
  return sentence.replace(PLACES, (whole, name) => {
    const value = values[name] ?? whole;
    // Without groups of three: it may be a seed.
    return typeof value === "number" ? amount(value, { useGrouping: false }) : value;
  });
}

/**
 * A sentence in the reader's language; `{name}` in it stands for a value. What has no translation
 * is said as it is.
 * @param {string} sentence @param {Record<string, string | number>} [values]
 */
export function t(sentence, values = {}) {
  return filled(Object.hasOwn(said, sentence) ? said[sentence] : sentence, values);
}

/**
 * What the server says, in the reader's language. What is not known, such as a provider's own words,
 * is repeated as it is.
 * @param {string} sentence
 */
export function heard(sentence) {
  if (Object.hasOwn(known, sentence)) return known[sentence];
  for (const { pattern, sentence: translation } of patterns) {
    const found = Object.entries(pattern.exec(sentence)?.groups ?? {});
    if (found.length === 0) continue;
    return filled(translation, Object.fromEntries(found.map(([name, value]) => [name, inWords(value)])));
  }
  return sentence;
}

/** A value that the server names, as the reader writes it. @param {string} value */
function inWords(value) {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  if (/^\d+(,\d{3})*(\.\d+)?$/.test(value)) return amount(Number(value.replaceAll(",", "")));
  return Object.hasOwn(known, value) ? known[value] : value;
}

/**
 * A sentence that is said later: it is only marked as one that needs a translation.
 * @template {string} T
 * @param {T} sentence
 * @returns {T}
 */
export function mark(sentence) {
  return sentence;
}

/**
 * A sentence about a number of things, `{n}`.
 * @param {number} n @param {string} one What is said of one. @param {string} other Of all others.
 * @param {Record<string, string | number>} [values]
 */
export function count(n, one, other, values = {}) {
  return t(plurals.select(n) === "one" ? one : other, { n: amount(n), ...values });
}

/** A number as the reader writes it. @param {number} n @param {Intl.NumberFormatOptions} [how] */
export function amount(n, how) {
  return new Intl.NumberFormat(current, how).format(n);
}

/** Several things, one after the other. @param {readonly string[]} things */
export function list(things) {
  return new Intl.ListFormat(current, { type: "conjunction", style: "narrow" }).format(things);
}

/** A sum of money, with as many digits as a price of pictures needs. @param {number} usd */
export function dollars(usd) {
  return amount(usd, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: 3,
  });
}

/** A day as the reader writes it. @param {string} date Such as `2026-09-30`, or a full instant. */
export function day(date) {
  const form = new Intl.DateTimeFormat(current, { dateStyle: "medium" });
  return form.format(date.length === 10 ? new Date(`${date}T12:00:00`) : new Date(date));
}

/**
 * A span of time in its two largest units.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("{s} s", { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("{min} min {s} s", { min: minutes, s: seconds % 60 });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t("{h} h {min} min", { h: hours, min: minutes % 60 });
  return count(Math.floor(hours / 24), "{n} day", "{n} days");
}
