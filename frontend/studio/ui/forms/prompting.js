/** Prompting: a caption made of an idea, or one made up. */

import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { sentence } from "./form.js";

/** @typedef {import("../desk.js").Desk} Desk */

/**
 * Put better words in place of those in the form.
 * @param {Desk} desk @param {string} kind
 * @returns {Promise<string>} What came of it, in a sentence.
 */
export async function improve(desk, kind) {
  const { prompt, model } = desk.forms.get(kind).sketch();
  if (!prompt) return t("Write an idea first; it is put into a caption.");
  return suggest(desk, kind, { idea: prompt, model: model ?? "auto" });
}

/** Put made-up words into the form. @param {Desk} desk @param {string} kind */
export function surprise(desk, kind) {
  return suggest(desk, kind, { surprise: true });
}

/** @param {Desk} desk @param {string} kind @param {object} wish */
async function suggest(desk, kind, wish) {
  try {
    const { body } = await desk.api.post("/prompts", wish);
    if (body.reason) return t(body.reason);
    const negative = body.negative_prompt ? { negative_prompt: body.negative_prompt } : {};
    desk.show(kind, { prompt: body.prompt, ...negative });
    return t("Here is a prompt. Change it as you like.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return sentence(problem);
  }
}
