/** The lineage strips: small pictures of what a picture came from, and of what came of it. */

import { button, element } from "../core/dom.js";
import { t } from "../core/words.js";
import { hasOrigin, offspringOf, originsOf } from "./lineage.js";

/** Who only turns over a picture does not want to know where it came from. */
const STAY_MS = 350;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {import("./lineage.js").Link} Link
 */

export class Strips {
  /** What they are of. */
  #key = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #staying;

  /**
   * @param {{deeds: import("./deeds.js").Deeds, open: (key: string) => void}} doings
   */
  constructor(doings) {
    this.doings = doings;
    this.root = element("div", { class: "strips" });
  }

  /** Where it came from is asked for if one stays; what came of it, if one wants to know.
   * @param {Picture} picture */
  show(picture) {
    const { job } = picture;
    this.clear();
    this.#key = picture.key;
    const load = () => void this.#load(picture);
    if (hasOrigin(job)) this.#staying = setTimeout(load, STAY_MS);
    else if (picture.artifact) {
      this.root.append(button(t("What was made from it?"), load, { class: "viewer-copy" }));
    }
  }

  clear() {
    clearTimeout(this.#staying);
    this.#key = "";
    this.root.replaceChildren();
  }

  /** @param {Picture} picture */
  async #load(picture) {
    const [job, lineage] = await Promise.all([
      this.doings.deeds.linked(picture.job),
      this.doings.deeds.lineage(picture.job.id),
    ]);
    if (!job || !lineage || this.#key !== picture.key) return;
    const origins = originsOf(job, lineage);
    const offspring = offspringOf(lineage);
    const asked = this.root.contains(document.activeElement);
    this.root.replaceChildren();
    if (origins.length > 0) this.#draw(t("Made from"), origins, !lineage.complete);
    if (offspring.length > 0) this.#draw(t("Made from it"), offspring, lineage.more_children);
    if (!asked) return;
    if (offspring.length === 0) {
      const none = element("p", { tabindex: "-1" }, t("Nothing was made from it yet."));
      this.root.append(none);
      none.focus();
    } else this.root.querySelector("button")?.focus();
  }

  /** @param {string} title @param {Link[]} links @param {boolean} more Whether there are others. */
  #draw(title, links, more) {
    const items = links.map((link) => element("li", {}, this.#small(link)));
    if (more) items.push(element("li", { class: "strip-more" }, t("and more")));
    this.root.append(
      element("section", { class: "strip" }, element("h3", {}, title), element("ul", {}, ...items)),
    );
  }

  /** @param {Link} link */
  #small(link) {
    if ("missing" in link) return element("span", { class: "strip-missing" }, link.missing);
    if ("upload" in link) {
      const small = element("img", { src: link.upload, alt: t("A picture of yours") });
      return element("a", { href: link.upload, target: "_blank", rel: "noopener" }, small);
    }
    const { key, artifact, alt } = link.picture;
    const open = () => this.doings.open(key);
    if (!artifact) return button(t("No picture"), open, { class: "strip-missing" });
    return button(element("img", { src: artifact.thumbnail_url, alt }), open);
  }
}
