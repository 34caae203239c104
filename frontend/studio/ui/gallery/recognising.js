/** Recognising: a picture that was made here is known by its hash, and its form comes back. */

import { element } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { troubleOf } from "./trouble.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {Pick<import("../core/api.js").Api, "get">} Api
 */

/**
 * The owner's job that made a picture; null if none is known. Rejects with a Problem.
 * @param {Api} api @param {Blob} picture @returns {Promise<Job | null>}
 */
export async function makerOf(api, picture) {
  if (!globalThis.crypto?.subtle) {
    throw new Problem({
      status: 400,
      code: "no_hashes",
      title: t("Pictures can be recognised only on a page that came by https."),
      detail: "",
    });
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await picture.arrayBuffer()));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  let cursor = null;
  do {
    const on = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const { body } = await api.get(`/jobs?sha256=${sha256}&limit=1${on}`);
    if (body.data.length > 0) return body.data[0];
    cursor = body.next;
  } while (cursor);
  return null;
}

/**
 * A picture was dropped on the page: put the settings that made it back into their form.
 * @param {File} picture
 * @param {{api: Api, remix: (job: Job) => void,
 *   announce: (sentence: string) => void, say: (sentence: string) => void}} page
 */
export async function recognise(picture, { api, remix, announce, say }) {
  say("");
  if (!picture.type.startsWith("image/")) {
    say(t("“{name}” is not a picture.", { name: picture.name }));
    return;
  }
  try {
    const job = await makerOf(api, picture);
    if (job) {
      remix(job);
      announce(t("The settings are back in the form."));
      return;
    }
    say(t(
      "“{name}” was not made here, or is not kept any more. To use it in a task, drop it on a field for pictures.",
      { name: picture.name },
    ));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(troubleOf(problem));
  }
}

/** What is shown while a picture is held over the page. */
export function curtain() {
  return element("div", { class: "gallery-curtain", "aria-hidden": "true" },
    t("Drop a picture that was made here to get its settings back"));
}
