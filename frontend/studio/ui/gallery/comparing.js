/** Comparing two: what of their settings differs, in words. */

import { t } from "../core/words.js";
import { factsOf } from "./facts.js";

/** Differ for any two pictures and say nothing of why they look different. */
const BESIDE_THE_POINT = () => new Set([t("Asked for"), t("Took"), t("File"), t("Kept until"), t("Cost")]);

/** @typedef {import("./pictures.js").Picture} Picture */

/**
 * @param {Picture} one @param {Picture} other @param {Record<string, string>} titles
 * @returns {{label: string, one: string, other: string}[]}
 */
export function differencesOf(one, other, titles) {
  const [ones, others] = [toldOf(one, titles), toldOf(other, titles)];
  const besides = BESIDE_THE_POINT();
  return [...new Set([...ones.keys(), ...others.keys()])]
    .filter((label) => !besides.has(label) && ones.get(label) !== others.get(label))
    .map((label) => ({ label, one: ones.get(label) ?? "–", other: others.get(label) ?? "–" }));
}

/** @param {Picture} picture @param {Record<string, string>} titles */
function toldOf(picture, titles) {
  const { prompt, negative_prompt: without } = picture.job.task ?? {};
  const facts = factsOf(picture, titles).map(({ label, value }) => /** @type {const} */ ([label, value]));
  const words = /** @type {[string, string][]} */ ([[t("Prompt"), prompt], [t("Left out"), without]]);
  return new Map([...words.filter(([, said]) => said), ...facts]);
}
