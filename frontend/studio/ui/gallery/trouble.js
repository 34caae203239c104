/** Trouble: what a problem says to people who look at pictures and have typed nothing. */

import { t } from "../core/words.js";
import { sentence } from "../core/problem.js";

/** @param {import("../core/problem.js").Problem} problem */
export function troubleOf(problem) {
  return problem.answered ? sentence(problem) : t(problem.message);
}
