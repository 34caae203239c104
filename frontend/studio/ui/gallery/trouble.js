/** Trouble: what a problem says to people who look at pictures and have typed nothing. */

import { sentence } from "../core/problem.js";

/** @param {import("../core/problem.js").Problem} problem */
export function troubleOf(problem) {
  return problem.answered ? sentence(problem) : problem.message;
}
