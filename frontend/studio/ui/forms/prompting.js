/** Prompting: a caption made of an idea, or one made up. */

import { Problem, sentence } from "../core/problem.js";
import { heard, t } from "../core/words.js";

/** @typedef {import("./bench.js").Bench} Bench */

/**
 * Put better words in place of those in the form.
 * @param {Bench} bench @param {string} kind
 * @returns {Promise<string>} What came of it, in a sentence.
 */
export async function improve(bench, kind) {
  const { prompt, model } = bench.forms.get(kind).sketch();
  if (!prompt) return t("Write an idea first; it is put into a caption.");
  return suggest(bench, kind, { idea: prompt, model: model ?? "auto" });
}

/** Put made-up words into the form. @param {Bench} bench @param {string} kind */
export function surprise(bench, kind) {
  return suggest(bench, kind, { surprise: true });
}

/** @param {Bench} bench @param {string} kind @param {object} wish */
async function suggest(bench, kind, wish) {
  try {
    const { body } = await bench.api.post("/prompts", wish);
    if (body.reason) return heard(body.reason);
    const negative = body.negative_prompt ? { negative_prompt: body.negative_prompt } : {};
    bench.set(kind, { prompt: body.prompt, ...negative });
    return t("Here is a prompt. Change it as you like.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return sentence(problem);
  }
}
