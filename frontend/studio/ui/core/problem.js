/** Problems: every way in which a request can end badly, in one form (RFC 9457), in the reader's words. */

import { duration, heard, t } from "./words.js";

/** @typedef {{pointer: string, detail: string}} FieldProblem */

export class Problem extends Error {
  /**
   * @param {{status: number, code: string, title: string, detail: string,
   *   errors?: FieldProblem[], retryAfter?: number | null}} facts
   *   `status` is 0 where no answer came.
   */
  constructor({ status, code, title, detail, errors = [], retryAfter = null }) {
    super(detail || title);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }

  /** Whether an answer came at all; if not, what was asked may or may not have happened. */
  get answered() {
    return this.status !== 0;
  }
}

/** @returns {Problem} No answer came. */
export function unreachable() {
  return new Problem({
    status: 0,
    code: "unreachable",
    title: t("No connection"),
    detail: t("The server could not be reached."),
  });
}

/**
 * The problem that a response tells of.
 * @param {number} status
 * @param {{get(name: string): string | null}} headers
 * @param {string} text The body, whatever it is: a proxy may answer in HTML.
 * @param {number} [now] Milliseconds since the epoch.
 */
export function problemOf(status, headers, text, now = Date.now()) {
  const body = parsed(text);
  return new Problem({
    status,
    code: asText(body.code) || `http_${status}`,
    title: asText(body.title),
    detail: heard(asText(body.detail)) || t("The server answered {status}.", { status }),
    errors: fieldProblems(body.errors),
    retryAfter: retryAfter(headers.get("retry-after"), now),
  });
}

/**
 * Seconds named by a Retry-After header, which may also be a date; null if it names none.
 * @param {string | null} value
 * @param {number} [now] Milliseconds since the epoch.
 */
export function retryAfter(value, now = Date.now()) {
  if (!value) return null;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

/** @param {string} text @returns {Record<string, unknown>} */
function parsed(text) {
  try {
    const body = JSON.parse(text);
    return body !== null && typeof body === "object" ? body : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value */
function asText(value) {
  return typeof value === "string" ? value : "";
}

/** @param {unknown} errors @returns {FieldProblem[]} */
function fieldProblems(errors) {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => ({
    pointer: asText(error?.pointer),
    detail: heard(asText(error?.detail)),
  }));
}

/**
 * What a problem says to people, and when to try again.
 * @param {Problem} problem
 */
export function sentence({ answered, message, retryAfter, status }) {
  if (!answered) return `${message} ${t("Nothing you typed is lost; try again.")}`;
  if (retryAfter) {
    return `${message} ${t("Try again in {duration}.", { duration: duration(retryAfter * 1000) })}`;
  }
  return status >= 500 ? `${message} ${t("Try again in a moment.")}` : message;
}
