/** Words: what the page says, in the reader's language. English stands in the code; every other
 * language is a file that pairs the English sentence with its own. */

export const LANGUAGES = Object.freeze({
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ja: "日本語",
});
/** @typedef {keyof typeof LANGUAGES} Language */

const KEPT = "canvas-queue.language";

/** @type {Record<string, string>} English sentence → the reader's. */
let translations = {};
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
 * @param {(url: URL) => Promise<Record<string, string>>} [load]
 */
export async function speak(tag, load = fetched) {
  const words = tag === "en" ? {} : await load(new URL(`../words/${tag}.json`, import.meta.url));
  current = Object.keys(words).length > 0 ? tag : "en";
  translations = words;
  plurals = new Intl.PluralRules(current);
}

/** @param {URL} url @returns {Promise<Record<string, string>>} */
async function fetched(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/**
 * A sentence in the reader's language; `{name}` in it stands for a value. What has no translation
 * is said as it is.
 * @param {string} sentence @param {Record<string, string | number>} [values]
 */
export function t(sentence, values = {}) {
  const said = Object.hasOwn(translations, sentence) ? translations[sentence] : sentence;
  return said.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
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
  const shown = new Intl.NumberFormat(current).format(n);
  return t(plurals.select(n) === "one" ? one : other, { n: shown, ...values });
}

/** A sum of money, with as many digits as a price of pictures needs. @param {number} usd */
export function dollars(usd) {
  return new Intl.NumberFormat(current, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: 3,
  }).format(usd);
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
