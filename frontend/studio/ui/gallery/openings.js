/** Openings: what opens in front of the wall, each loaded when it is first wanted. */

import { patiently } from "../core/lazy.js";
import { t } from "../core/words.js";
import { addressOf, enter, leave, opened, openedPicture, turn } from "./address.js";
import { pictureBefore } from "./lineage.js";
import { keyOf } from "./pictures.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {object} Wall What hangs behind.
 * @property {(key: string) => Promise<Picture | null>} find
 * @property {(key: string, by: -1 | 1) => Promise<Picture | null>} beside
 * @property {(job: Job) => Picture[]} picturesOf
 * @property {(picture: Picture) => void} stale
 * @property {(key: string) => void} focus
 */

export class Openings {
  /** @type {import("./viewer.js").Viewer | null} */
  #viewer = null;
  /** @type {import("./sheet.js").Sheet | null} */
  #sheet = null;

  /**
   * @param {import("./gallery.js").Hooks} hooks
   * @param {{front: import("./front.js").Front, deeds: import("./deeds.js").Deeds, wall: Wall}} room
   */
  constructor(hooks, { front, deeds, wall }) {
    this.hooks = hooks;
    this.front = front;
    this.deeds = deeds;
    this.wall = wall;
  }

  /** The address of the page with a picture open. @param {string} key */
  address(key) {
    return addressOf("job", key);
  }

  /** Open what the address names; what is open and not named is closed. */
  async follow() {
    const [job, sheet] = [opened("job"), opened("sheet")];
    if (job === null) this.#viewer?.close();
    if (sheet === null) this.#sheet?.dialog.close();
    else if (!this.#sheet) await this.#openSheet(sheet);
    if (job !== null) await this.#openPicture(keyOf(job, openedPicture()));
  }

  /** Open a picture, which need not hang on the wall. @param {string} key */
  async picture(key) {
    enter("job", key);
    await this.#openPicture(key);
  }

  /** Open the contact sheet that a job is in. @param {Job} job */
  async sheet({ id }) {
    enter("sheet", id);
    await this.#openSheet(id);
  }

  /** A job as it is now. @param {Job} job */
  learn(job) {
    this.#viewer?.learn(this.wall.picturesOf(job));
    this.#sheet?.learn(job);
  }

  /** A job is no more. @param {string} id */
  forget(id) {
    void this.#viewer?.forget(id);
    this.#sheet?.forget(id);
  }

  /** @param {Picture} one @param {Picture} other */
  async compare(one, other) {
    const { Comparison, sideOf } = await patiently(() => import("./compare.js"));
    const { api } = this.hooks;
    const comparison = new Comparison(sideOf(api, one), sideOf(api, other), this.hooks.models());
    await comparison.open(this.front);
  }

  /** A picture and the one it came from. @param {Picture} picture */
  async compareWithOrigin(picture) {
    const { Comparison, sideOf } = await patiently(() => import("./compare.js"));
    const { api } = this.hooks;
    const job = await this.deeds.linked(picture.job);
    const before = job && pictureBefore(job);
    if (!before) return;
    const made = before.artifact ? await this.wall.find(before.artifact) : null;
    const origin = made
      ? sideOf(api, made)
      : { title: t("What it was made from"), src: before.url, picture: null };
    await new Comparison(origin, sideOf(api, picture), this.hooks.models()).open(this.front);
  }

  /** @param {Job} job */
  async share(job) {
    const { ShareDialog } = await patiently(() => import("./share.js"));
    await new ShareDialog(this.hooks.api, job).open(this.front);
  }

  /** @param {readonly Job[]} jobs @param {number} chosen How many of their pictures were. */
  async erase(jobs, chosen) {
    const { erase } = await patiently(() => import("./erasing.js"));
    await erase(this.front, this.deeds, jobs, chosen);
  }

  /** @param {readonly Picture[]} pictures */
  async download(pictures) {
    const { downloadMany } = await patiently(() => import("./zipping.js"));
    await downloadMany(this.front, this.hooks.api, pictures);
  }

  /** @param {string} key */
  async #openPicture(key) {
    const picture = await this.wall.find(key);
    if (!picture) return leave("job");
    const viewer = await this.#loadViewer();
    return viewer.open(picture, this.front);
  }

  /** @param {string} id */
  async #openSheet(id) {
    const first = await this.wall.find(keyOf(id, -1));
    const { placeOf } = await patiently(() => import("./contacts.js"));
    const place = first && placeOf(first.job);
    if (!place) return leave("sheet");
    const { Sheet } = await patiently(() => import("./sheet.js"));
    const sheet = new Sheet(first.job, place, {
      api: this.hooks.api,
      open: (key) => void this.picture(key),
      stale: this.wall.stale,
      closed: () => {
        this.#sheet = null;
        leave("sheet");
      },
    });
    this.#sheet = sheet;
    return sheet.open(this.front);
  }

  async #loadViewer() {
    const { Viewer } = await patiently(() => import("./viewer.js"));
    this.#viewer ??= new Viewer({
      hooks: this.hooks,
      deeds: this.deeds,
      beside: this.wall.beside,
      stale: this.wall.stale,
      open: async (key) => {
        const picture = await this.wall.find(key);
        if (picture) await this.#viewer?.open(picture, this.front);
      },
      turned: ({ key }) => turn("job", key),
      closed: (key) => {
        leave("job");
        if (key !== null && this.front.isEmpty) this.wall.focus(key);
      },
      sheet: (job) => void this.sheet(job),
      share: (job) => void this.share(job),
      erase: (job) => void this.erase([job], 0),
      compare: (picture) => void this.compareWithOrigin(picture),
    });
    return this.#viewer;
  }
}
