/** Limits: how large and how small a picture may be that is given to a model. */

import { amount, t } from "../core/words.js";

/**
 * What the catalogue says of a model's input pictures; what is absent is not documented.
 * @typedef {{side_min?: number, side_max?: number | null, pixels_min?: number,
 *   pixels_max?: number | null, ratio_max?: number | null}} Rules
 * @typedef {Required<{[name in keyof Rules]: number}>} Limits
 */

/** The largest canvas of any task; no model gains from more. */
export const SIDE_MOST = 4096;
const PIXELS_MOST = 4_194_304;
/** Bytes that an upload may have. */
export const BYTES_MOST = 20_000_000;

/** @type {Limits} */
export const WIDEST = Object.freeze({
  side_min: 1,
  side_max: SIDE_MOST,
  pixels_min: 1,
  pixels_max: PIXELS_MOST,
  ratio_max: Infinity,
});

/**
 * What at least one of these models takes.
 * @param {readonly Rules[]} models
 * @returns {Limits}
 */
export function limitsOf(models) {
  if (models.length === 0) return WIDEST;
  /** @param {keyof Rules} name */
  const largest = (name) => Math.max(...models.map((rules) => rules[name] ?? Infinity));
  /** @param {keyof Rules} name */
  const smallest = (name) => Math.min(...models.map((rules) => rules[name] ?? 1));
  return {
    side_min: smallest("side_min"),
    side_max: Math.min(SIDE_MOST, largest("side_max")),
    pixels_min: smallest("pixels_min"),
    pixels_max: Math.min(PIXELS_MOST, largest("pixels_max")),
    ratio_max: largest("ratio_max"),
  };
}

/**
 * The largest size of the same shape that is within the limits.
 * @param {number} width @param {number} height @param {Limits} limits
 */
export function within(width, height, { side_max, pixels_max }) {
  const long = Math.max(width, height);
  const factor = Math.min(1, side_max / long, Math.sqrt(pixels_max / (width * height)));
  if (factor === 1) return { width, height };
  /** @param {number} side */
  const scaled = (side) => Math.max(1, Math.floor(side * factor));
  return { width: scaled(width), height: scaled(height) };
}

/**
 * Why a picture cannot be made to fit; empty if it can.
 * @param {number} width @param {number} height @param {Limits} limits
 */
export function unfitness(width, height, { side_min, pixels_min, ratio_max }) {
  const size = `${width} × ${height}`;
  if (Math.min(width, height) < side_min) {
    return t("Each side should have at least {least} pixels; this picture is {size}.", {
      least: amount(side_min),
      size,
    });
  }
  if (width * height < pixels_min) {
    return t("It should have at least {least} pixels in all; this picture is {size}.", {
      least: amount(pixels_min),
      size,
    });
  }
  if (Math.max(width, height) > ratio_max * Math.min(width, height)) {
    return t("One side should be at most {ratio} times the other; this picture is {size}.", {
      ratio: ratio_max,
      size,
    });
  }
  return "";
}

/**
 * What is known of the models, where a form is (`forms/forms.js`).
 * @typedef {{catalog: {data: {available: boolean, tasks: Record<string, unknown>,
 *   inputs: Rules | null}[]}, model: (kind: string) => {inputs?: Rules | null} | null}} Models
 */

/**
 * What a picture is made to fit into when it is chosen: the model may be chosen later.
 * @param {Models | undefined} models @param {string} kind
 */
export function limitsFor(models, kind) {
  const able = (models?.catalog.data ?? []).filter(
    ({ available, tasks }) => available && Object.hasOwn(tasks, kind),
  );
  return limitsOf(able.flatMap(({ inputs }) => (inputs ? [inputs] : [])));
}

/**
 * Why the model that would run the form cannot take a picture; empty if it can.
 * @param {{width: number, height: number}} picture
 * @param {Models | undefined} models @param {string} kind
 */
export function misfit({ width, height }, models, kind) {
  const rules = models?.model(kind)?.inputs;
  return rules ? unfitness(width, height, limitsOf([rules])) : "";
}
