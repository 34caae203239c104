/** Erasing: jobs go with all their pictures, so what goes is said before, and what stayed after. */

import { count, list, t } from "../core/words.js";
import { ask } from "./ask.js";
import { picturesOf, wordsOf } from "./pictures.js";
import { troubleOf } from "./trouble.js";

/** @typedef {import("../core/jobs.js").Job} Job */

/**
 * What to say before jobs are erased.
 * @param {readonly Job[]} jobs @param {number} chosen How many of their pictures were chosen.
 */
export function questionOf(jobs, chosen) {
  const pictures = jobs.flatMap(picturesOf).filter(({ artifact }) => artifact !== null).length;
  const others = pictures - chosen;
  return {
    title: count(jobs.length, "Delete this job?", "Delete {n} jobs?"),
    words: [
      jobs.length === 1 ? t("“{words}”", { words: wordsOf(jobs[0]) }) : "",
      pictures > 0
        ? count(
          pictures,
          "{n} picture goes for good, with its settings and every link it was shared by.",
          "{n} pictures go for good, with their settings and every link they were shared by.",
        )
        : t("Its settings go for good."),
      others > 0 && chosen > 0
        ? count(
          others,
          "{n} of them is not selected: a job is deleted as a whole.",
          "{n} of them are not selected: a job is deleted as a whole.",
        )
        : "",
      t("What was made from it stays; a waiting job that needs it will fail."),
    ],
    yes: t("Delete"),
  };
}

/**
 * Erase jobs, if that is wanted.
 * @param {import("./front.js").Front} front @param {import("./deeds.js").Deeds} deeds
 * @param {readonly Job[]} jobs @param {number} chosen
 */
export async function erase(front, deeds, jobs, chosen) {
  if (!(await ask(front, questionOf(jobs, chosen)))) return;
  const failed = await deeds.each(jobs, ({ id }) => deeds.erase(id));
  const done = jobs.length - failed.length;
  if (done > 0) front.voice.announce(count(done, "Deleted.", "{n} jobs deleted."));
  if (failed.length === 0) return;
  const names = list(failed.map(({ one }) => t("“{words}”", { words: wordsOf(one) })));
  front.voice.say(
    t("Not deleted: {names}. {reason}", { names, reason: troubleOf(failed[0].problem) }),
  );
}
