/** The card: one picture in a field, and how far it is on its way to storage. */

import { button, element, setText, sign } from "../core/dom.js";
import { t } from "../core/words.js";

const CROSS = "M5 5l10 10M15 5L5 15";

/** @typedef {import("./picture.js").Picture} Picture */

export class Card {
  #end = () => {};

  /**
   * @param {Picture} picture
   * @param {{remove: () => void, arrived: () => void}} told
   *   `arrived` is called when it has been sent.
   */
  constructor(picture, { remove, arrived }) {
    this.picture = picture;
    this.image = /** @type {HTMLImageElement} */ (
      element("img", { class: "picture-image", src: picture.url, alt: "", draggable: "false" })
    );
    this.size = element("span", { class: "picture-size" }, `${picture.width} × ${picture.height}`);
    this.bar = element("div", { class: "picture-bar", role: "progressbar" }, element("span"));
    this.bar.setAttribute("aria-label", t("Sending {name}", { name: picture.name }));
    this.words = element("span", { class: "picture-words" });
    this.note = element("span", { class: "picture-note" });
    this.again = button(t("Try again"), () => picture.transfer?.start(), {
      class: "picture-button picture-again",
    });
    this.removes = button(sign(CROSS), remove, {
      class: "picture-remove",
      "aria-label": t("Remove {name}", { name: picture.name }),
      title: t("Remove"),
    });
    this.facts = element(
      "div",
      { class: "picture-facts" },
      element("span", { class: "picture-name" }, picture.name),
      this.size,
      this.note,
      this.words,
      this.again,
    );
    this.element = element(
      "div",
      { class: "picture-card" },
      element("div", { class: "picture-frame" }, this.image),
      this.bar,
      this.facts,
      this.removes,
    );
    setText(this.note, picture.note);
    const { transfer } = picture;
    this.#end =
      transfer?.watch(() => {
        this.draw();
        if (transfer.state.step === "sent") arrived();
      }) ?? (() => {});
    this.draw();
  }

  draw() {
    const state = this.picture.transfer?.state ?? { step: /** @type {const} */ ("sent") };
    const ratio = state.step === "sending" ? state.ratio : 0;
    const moving = state.step === "inviting" || state.step === "sending";
    this.element.dataset.step = state.step;
    // In its place, so that nothing below moves under somebody's hand.
    this.bar.style.visibility = moving ? "visible" : "hidden";
    this.size.hidden = moving;
    this.bar.setAttribute("aria-valuenow", String(Math.round(ratio * 100)));
    /** @type {HTMLElement} */ (this.bar.firstElementChild).style.width = `${ratio * 100}%`;
    this.again.hidden = state.step !== "failed";
    setText(this.words, wordsOf(state));
  }

  close() {
    this.#end();
    this.picture.close();
  }
}

/**
 * What there is to say of a picture's way.
 * @param {import("./transfer.js").State | {step: "sent"}} state
 */
export function wordsOf(state) {
  switch (state.step) {
    case "inviting":
      return t("About to be sent…");
    case "sending":
      return t("Sending… {percent} %", { percent: Math.floor(state.ratio * 100) });
    case "waiting":
      return `${state.problem.message} ${t("It is tried again by itself.")}`;
    case "failed":
      return failureOf(state.problem);
    case "stopped":
    case "sent":
      return "";
  }
}

/** @param {import("../core/problem.js").Problem} problem */
function failureOf({ message, retryAfter }) {
  if (!retryAfter) return message;
  const minutes = Math.ceil(retryAfter / 60);
  return `${message} ${t("It can be tried again in {n} min.", { n: minutes })}`;
}
