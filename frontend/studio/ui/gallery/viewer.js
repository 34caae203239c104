/** The viewer: one picture, large, with all that was set for it and all that can be done with it. */

import { button, element, loadStyles, sign } from "../core/dom.js";
import { t } from "../core/words.js";
import { copy } from "./copying.js";
import { Dialog } from "./dialog.js";
import { endingOf } from "./facts.js";
import { lastingUrl, original, save } from "./files.js";
import { pictureBefore } from "./lineage.js";
import { fileName } from "./naming.js";
import { kindTitle, linked, picturesOf } from "./pictures.js";
import { Stage } from "./stage.js";
import { Strips } from "./strips.js";
import { Told } from "./told.js";

const BEFORE = "m12 4-6 6 6 6";
const AFTER = "m8 4 6 6-6 6";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {object} Doings What the viewer asks of the room.
 * @property {import("./gallery.js").Hooks} hooks
 * @property {import("./deeds.js").Deeds} deeds
 * @property {(key: string, by: -1 | 1) => Promise<Picture | null>} beside
 * @property {(key: string) => void} open Show another picture.
 * @property {(picture: Picture) => void} turned It shows another picture now.
 * @property {(key: string | null) => void} closed The picture to go back to, if it goes on there.
 * @property {(picture: Picture) => void} stale
 * @property {(picture: Picture) => void} compare With the one it came from.
 * @property {(job: Job) => void} sheet
 * @property {(job: Job) => void} share
 * @property {(job: Job) => void} erase
 */

export class Viewer {
  /** @type {Picture | null} */
  picture = null;
  #turning = false;
  /** What is done once it is closed. @type {(() => void) | null} */
  #next = null;

  /** @param {Doings} doings */
  constructor(doings) {
    this.doings = doings;
    this.stage = new Stage({
      turn: (by) => void this.turn(by),
      failed: () => this.picture && doings.stale(this.picture),
    });
    this.before = button(sign(BEFORE), () => void this.turn(-1), {
      class: "viewer-turn viewer-before",
      "aria-label": t("Newer picture"),
    });
    this.after = button(sign(AFTER), () => void this.turn(1), {
      class: "viewer-turn viewer-after",
      "aria-label": t("Older picture"),
    });
    this.favorite = this.#deed(t("Favourite"), (job) =>
      void doings.deeds.favorite([job], job.favorite !== true));
    this.download = this.#deed(t("Download"), () => void this.#download());
    this.remix = this.#deed(t("Remix"), (job) => {
      void this.#leaveWith(job, (linkedJob) => {
        doings.hooks.remix(linkedJob);
        doings.hooks.announce(t("The settings are back in the form."));
      });
    }, { title: t("Put these settings back into the form") });
    this.share = this.#deed(t("Share"), (job) => doings.share(job));
    this.compare = this.#deed(t("Compare with its origin"), () => {
      if (this.picture) doings.compare(this.picture);
    });
    this.sheet = this.#deed(t("Contact sheet"), (job) => doings.sheet(job));
    // With the same seed, what was refused would be refused again.
    this.retry = this.#deed(t("Try again"), (job) =>
      void this.#retry(job, job.status === "moderated"));
    this.again = this.#deed(t("Once more"), (job) => void this.#retry(job, true), {
      title: t("The same settings with another seed"),
    });
    this.erase = this.#deed(t("Delete"), (job) => doings.erase(job), { class: "danger" });
    this.file = /** @type {HTMLAnchorElement} */ (
      element("a", { class: "deed", target: "_blank", rel: "noopener" }, t("Open the original"))
    );
    this.uses = element("div", { class: "menu-list" });
    this.use = element(
      "details",
      { class: "menu" },
      element("summary", { class: "deed" }, t("Use as input")),
      this.uses,
    );
    // On a phone it opens below what is seen.
    this.use.addEventListener("toggle", () => this.uses.scrollIntoView({ block: "nearest" }));
    this.strips = new Strips({ deeds: doings.deeds, open: (key) => doings.open(key) });
    this.told = new Told(doings.hooks.models, (words) => void this.#copy(words));
    this.dialog = this.#draw();
    this.dialog.root.addEventListener("keydown", (event) => this.#keyed(event));
    this.dialog.root.addEventListener("pointerdown", (event) => {
      if (!this.use.contains(/** @type {Node} */ (event.target))) this.use.removeAttribute("open");
    });
  }

  #draw() {
    const panel = element(
      "div",
      { class: "viewer-panel" },
      this.told.words,
      element("div", { class: "viewer-deeds" }, this.favorite, this.download, this.remix, this.use,
        this.again, this.share, this.compare, this.sheet, this.retry, this.file, this.erase),
      this.strips.root,
      this.told.facts,
    );
    return new Dialog(
      { title: t("Picture"), kind: "viewer", closed: () => this.#closed() },
      element("div", { class: "viewer-stage" }, this.stage.root, this.before, this.after),
      panel,
    );
  }

  /** @param {Picture} picture @param {import("./front.js").Front} front */
  async open(picture, front) {
    await loadStyles(new URL("./viewer.css", import.meta.url));
    if (!this.dialog.isOpen) this.stage.clear();
    this.#show(picture);
    if (this.dialog.isOpen) return;
    front.open(this.dialog);
    this.stage.reset();
  }

  close() {
    this.dialog.close();
  }

  /** The job may be the one that is shown. @param {Picture[]} pictures All pictures of one job. */
  learn(pictures) {
    const { picture } = this;
    if (!picture || pictures[0].job.id !== picture.job.id) return;
    this.#show(pictures.find(({ k }) => k === picture.k) ?? pictures[0]);
  }

  /** A job is no more: go on with what hung beside it. @param {string} id */
  async forget(id) {
    if (this.picture?.job.id !== id) return;
    const { key } = this.picture;
    const next = await this.doings.beside(key, 1) ?? await this.doings.beside(key, -1);
    if (next) this.#show(next);
    else this.close();
  }

  /** @param {-1 | 1} by */
  async turn(by) {
    if (!this.picture || this.#turning) return;
    this.#turning = true;
    const next = await this.doings.beside(this.picture.key, by);
    this.#turning = false;
    if (!next || !this.dialog.isOpen) return;
    this.#show(next);
    this.dialog.announce(next.alt);
  }

  /** @param {Picture} picture */
  #show(picture) {
    const turned = this.picture?.key !== picture.key;
    const changed = turned || this.picture?.job.version !== picture.job.version;
    const { hooks } = this.doings;
    const { job, artifact } = picture;
    this.picture = picture;
    const works = linked(picture, hooks.now());
    this.stage.show(picture, works, artifact ? "" : endingOf(job));
    if (artifact && !works) this.doings.stale(picture);
    this.dialog.setTitle(titleOf(picture), picture.alt);
    this.favorite.setAttribute("aria-pressed", String(job.favorite === true));
    for (const node of [this.download, this.use, this.file]) {
      node.hidden = artifact === null;
    }
    const whole = job.status === "succeeded" && !job.partial;
    this.retry.hidden = !job.done || whole;
    this.again.hidden = !whole || typeof job.task?.seed !== "number";
    this.share.hidden = artifact === null || job.status !== "succeeded";
    this.compare.hidden = artifact === null || pictureBefore(job) === null;
    this.sheet.hidden = !job.metadata?.grid;
    this.erase.hidden = !job.done;
    this.file.href = lastingUrl(hooks.api, picture);
    if (changed) this.told.show(picture);
    void this.#showNeighbours(picture);
    if (!turned) return;
    this.#showUses();
    this.strips.show(picture);
    this.doings.turned(picture);
  }

  #showUses() {
    const { hooks } = this.doings;
    /** @type {HTMLDetailsElement} */ (this.use).open = false;
    this.uses.replaceChildren(
      ...hooks.inputsOf().map(({ kind, title }) => button(title, () => {
        const { picture } = this;
        if (!picture) return;
        void this.#leaveWith(picture.job, (job) => {
          hooks.useAs(kind, job, picture.k);
          hooks.announce(t("The picture is in the form “{title}”.", { title }));
        });
      })),
    );
  }

  /** Which way there is more; and fetch it, for who turns once turns again. @param {Picture} shown */
  async #showNeighbours(shown) {
    const [newer, older] = await Promise.all([
      this.doings.beside(shown.key, -1),
      this.doings.beside(shown.key, 1),
    ]);
    if (this.picture?.key !== shown.key) return;
    const focused = document.activeElement;
    this.before.disabled = newer === null;
    this.after.disabled = older === null;
    // A button that is disabled under one's hands would take the focus along.
    if (focused instanceof HTMLButtonElement && focused.disabled) this.dialog.cross.focus();
    for (const picture of [older, newer]) {
      if (picture && linked(picture, this.doings.hooks.now())) {
        new Image().src = picture.artifact.url;
      }
    }
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const menu = /** @type {HTMLDetailsElement} */ (this.use);
    if (menu.open && event.key === "Escape") {
      // Of the two that are open, the one in front.
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    if (menu.contains(/** @type {Node} */ (event.target))) return;
    if (this.stage.keyed(event.key)) event.preventDefault();
    else if (event.key === "ArrowLeft") void this.turn(-1);
    else if (event.key === "ArrowRight") void this.turn(1);
    else if (!event.repeat) this.#pressed(event.key.toLowerCase());
  }

  /** A letter stands for a button, where there is that button. @param {string} letter */
  #pressed(letter) {
    const deed = { f: this.favorite, d: this.download }[letter];
    if (deed && !deed.hidden) deed.click();
  }

  /**
   * Close, and go on with the job elsewhere on the page.
   * @param {Job} job @param {(job: Job) => void} there
   */
  async #leaveWith(job, there) {
    const linkedJob = await this.doings.deeds.linked(job);
    if (!linkedJob) return;
    this.#next = () => there(linkedJob);
    this.close();
  }

  #closed() {
    const key = this.picture?.key ?? "";
    const next = this.#next;
    this.#next = null;
    this.picture = null;
    this.strips.clear();
    this.stage.clear();
    this.doings.closed(next ? null : key);
    next?.();
  }

  /** @param {string} words */
  async #copy(words) {
    const focused = document.activeElement ?? this.dialog.cross;
    const done = await copy(words, focused);
    if (done) this.dialog.announce(t("Copied."));
    else this.dialog.say(t("This browser does not let us copy."));
  }

  async #download() {
    const { picture } = this;
    if (!picture) return;
    this.download.setAttribute("aria-busy", "true");
    await this.doings.deeds.tried(async () => {
      save(await original(this.doings.hooks.api, picture), fileName(picture));
    });
    this.download.removeAttribute("aria-busy");
  }

  /** @param {Job} job @param {boolean} newSeed */
  async #retry(job, newSeed) {
    const next = await this.doings.deeds.retry(job, newSeed);
    if (!next) return;
    this.dialog.announce(t("Your job has been accepted."));
    this.doings.hooks.accepted?.(next);
  }

  /**
   * @param {string} text @param {(job: Job) => void} run @param {Record<string, string>} [more]
   */
  #deed(text, run, more = {}) {
    return button(text, () => {
      if (this.picture) run(this.picture.job);
    }, { ...more, class: `deed ${more.class ?? ""}`.trim() });
  }
}

/** What kind of picture it is, and which of a job's. @param {Picture} picture */
function titleOf({ job, k }) {
  const kind = kindTitle(job.task?.kind);
  const pictures = picturesOf(job);
  if (pictures.length === 1) return kind;
  const i = pictures.findIndex((picture) => picture.k === k) + 1;
  return t("{kind}, {i} of {n}", { kind, i, n: pictures.length });
}
