/** Deeds: what is done to jobs through the API, and what is said of it. */

import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { allLinked } from "./pictures.js";
import { troubleOf } from "./trouble.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {object} Voice Who tells people, of what is in front of them.
 * @property {(sentence: string) => void} announce
 * @property {(sentence: string) => void} say
 */

/** How many are erased or changed at a time. */
const AT_ONCE = 4;

export class Deeds {
  /**
   * @param {import("../core/api.js").Api} api
   * @param {{learn: (jobs: Job[]) => void, gone: (id: string) => void, voice: () => Voice}} room
   */
  constructor(api, { learn, gone, voice }) {
    this.api = api;
    this.learn = learn;
    this.gone = gone;
    this.voice = voice;
  }

  /**
   * A job in full and with fresh links; null if it is not there, which is said.
   * @param {string} id @returns {Promise<Job | null>}
   */
  fetch(id) {
    return this.tried(async () => {
      const { body } = await this.api.get(`/jobs/${id}`);
      this.learn([body]);
      return body;
    }, id);
  }

  /**
   * A job whose links can be used: as it is, or fetched anew.
   * @param {Job} job @returns {Promise<Job | null>}
   */
  async linked(job) {
    return allLinked(job, this.api.now()) ? job : this.fetch(job.id);
  }

  /**
   * Shown at once, and taken back where it could not be done.
   * @param {readonly Job[]} jobs @param {boolean} favorite
   */
  async favorite(jobs, favorite) {
    this.learn(jobs.map((job) => ({ ...job, favorite })));
    const failed = await this.each(jobs, async (job) => {
      const { body } = await this.api.patch(`/jobs/${job.id}`, { favorite });
      this.learn([body]);
    });
    for (const { one, problem } of failed) {
      if (gone(problem)) this.gone(one.id);
      else this.learn([one]);
    }
    if (failed.length > 0) this.voice().say(troubleOf(failed[0].problem));
    else this.voice().announce(favorite ? t("A favourite now.") : t("No favourite any more."));
  }

  /**
   * What a job came from and what came of it; null if that cannot be had, which is said.
   * @param {string} id @returns {Promise<import("./lineage.js").Lineage | null>}
   */
  lineage(id) {
    return this.tried(async () => (await this.api.get(`/jobs/${id}/lineage`)).body, id);
  }

  /**
   * The same job once more.
   * @param {Job} job @param {boolean} newSeed Whether its pictures are to be others.
   * @returns {Promise<Job | null>} The new job; null if it was not accepted, which is said.
   */
  retry({ id }, newSeed) {
    return this.tried(async () =>
      (await this.api.post(`/jobs/${id}/retry`, { new_seed: newSeed })).body, id);
  }

  /**
   * Do the same to many; the rest is done even if some fail.
   * @template T
   * @param {readonly T[]} all @param {(one: T) => Promise<void>} deed
   * @returns {Promise<{one: T, problem: Problem}[]>} What failed, and why.
   */
  async each(all, deed) {
    /** @type {{one: T, problem: Problem}[]} */
    const failed = [];
    const left = [...all];
    const work = async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) {
        try {
          await deed(one);
        } catch (problem) {
          if (!(problem instanceof Problem)) throw problem;
          failed.push({ one, problem });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return failed;
  }

  /** Erase a job and its pictures; one that is gone already is erased. @param {string} id */
  async erase(id) {
    try {
      await this.api.delete(`/jobs/${id}`);
    } catch (problem) {
      if (!gone(problem)) throw problem;
    }
    this.gone(id);
  }

  /**
   * Do something that can be tried again; say so if it could not be done.
   * @template T
   * @param {() => Promise<T>} work @param {string} [id] The job it is about.
   * @returns {Promise<T | null>}
   */
  async tried(work, id) {
    try {
      const result = await work();
      this.voice().say("");
      return result;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (id && gone(problem)) this.gone(id);
      this.voice().say(troubleOf(problem));
      return null;
    }
  }
}

/** @param {unknown} problem */
function gone(problem) {
  return problem instanceof Problem && (problem.status === 404 || problem.status === 410);
}
