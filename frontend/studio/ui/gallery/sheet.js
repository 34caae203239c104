/** The contact sheet: prompts down, seeds across, and a picture in each cell as it is made. */

import { button, element, loadStyles } from "../core/dom.js";
import { patiently } from "../core/lazy.js";
import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { Contacts, gather } from "./contacts.js";
import { Dialog } from "./dialog.js";
import { endingOf } from "./facts.js";
import { original, save } from "./files.js";
import { slug } from "./naming.js";
import { linked } from "./pictures.js";
import { troubleOf } from "./trouble.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {object} Doings
 * @property {import("../core/api.js").Api} api
 * @property {(key: string) => void} open
 * @property {(picture: Picture) => void} stale
 * @property {() => void} closed
 */

export class Sheet {
  /**
   * @param {Job} job One of its jobs.
   * @param {import("./contacts.js").Place} place Where that stands.
   * @param {Doings} doings
   */
  constructor(job, place, doings) {
    this.job = job;
    this.doings = doings;
    this.contacts = new Contacts(job, place);
    this.table = element("table", { class: "contacts" });
    this.table.style.setProperty("--columns", String(place.columns));
    const { width = 1, height = 1 } = job.task ?? {};
    this.table.style.setProperty("--ratio", String(width / height));
    this.export = button(t("Save as one picture"), () => void this.#export(), { class: "deed" });
    this.dialog = new Dialog(
      { title: t("Contact sheet"), kind: "contact-sheet", closed: doings.closed },
      element("div", { class: "contacts-frame", tabindex: "0", role: "region",
        "aria-label": t("Contact sheet") }, this.table),
      element("div", { class: "leaf-deeds" }, this.export),
    );
  }

  /** @param {import("./front.js").Front} front */
  async open(front) {
    await loadStyles(new URL("./sheet.css", import.meta.url));
    this.#draw();
    front.open(this.dialog);
    try {
      await gather(this.doings.api, this.job, this.contacts);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.dialog.say(troubleOf(problem));
    }
    this.#draw();
  }

  /** A job as it is now. @param {Job} job */
  learn(job) {
    if (this.contacts.learn(job)) this.#draw();
  }

  /** A job is no more. @param {string} id */
  forget(id) {
    if (this.contacts.forget(id)) this.#draw();
  }

  #draw() {
    const { contacts } = this;
    const columns = [...Array(contacts.columns).keys()];
    const rows = [...Array(contacts.rows).keys()];
    const focused = document.activeElement?.getAttribute("data-cell");
    this.table.replaceChildren(
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td"),
          ...columns.map((column) =>
            element("th", { scope: "col" }, seedWords(contacts, column) || "–")),
        ),
      ),
      element("tbody", {}, ...rows.map((row) => element(
        "tr",
        {},
        element("th", { scope: "row" }, contacts.prompt(row) || "–"),
        ...columns.map((column) => element("td", {}, this.#cell(row, column))),
      ))),
    );
    this.export.hidden = !rows.some((row) => columns.some((column) => contacts.picture(row, column)));
    const again = focused && this.table.querySelector(`[data-cell="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {number} row @param {number} column */
  #cell(row, column) {
    const picture = this.contacts.picture(row, column);
    if (!picture) {
      const job = this.contacts.cells[row][column];
      const words = job ? endingOf(job) || t("On its way") : "–";
      return element("span", { class: "contacts-blank" }, words);
    }
    const { artifact } = picture;
    const image = element("img", {
      alt: picture.alt,
      width: String(artifact.width),
      height: String(artifact.height),
    });
    if (linked(picture, this.doings.api.now())) image.setAttribute("src", artifact.thumbnail_url);
    else this.doings.stale(picture);
    return button(image, () => this.doings.open(picture.key), { "data-cell": `${row}-${column}` });
  }

  async #export() {
    const { contacts } = this;
    this.export.setAttribute("aria-busy", "true");
    try {
      const { drawContacts } = await patiently(() => import("./sheet_picture.js"));
      const read = (/** @type {Picture} */ picture) => original(this.doings.api, picture);
      const blob = await drawContacts(contacts, read, (column) => seedWords(contacts, column));
      save(blob, `${slug(contacts.prompt(0) || "contact sheet")}-${contacts.rows}x${contacts.columns}.png`);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.dialog.say(troubleOf(problem));
    } finally {
      this.export.removeAttribute("aria-busy");
    }
  }
}

/** @param {Contacts} contacts @param {number} column */
function seedWords(contacts, column) {
  const seed = contacts.seed(column);
  return seed === null ? "" : t("Seed {seed}", { seed });
}
