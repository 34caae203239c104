/** One picture: the control of a field that names a picture. */

import { PictureBlock } from "./block.js";
import { isLost } from "./frame.js";

export class OnePicture {
  /**
   * @param {HTMLElement} root
   * @param {import("./frame.js").Page & {fields: [string]}} page
   */
  constructor(root, page) {
    this.field = page.fields[0];
    this.fields = page.fields;
    this.block = new PictureBlock(page, this.field);
    root.replaceChildren(this.block.element);
  }

  async task() {
    const reference = await this.block.reference();
    return reference ? { [this.field]: reference } : {};
  }

  /** @param {Record<string, any>} task @param {Record<string, string>} [urls] */
  restore(task, urls = {}) {
    void this.block.restore(task[this.field], urls[this.field]);
  }

  draft() {
    const named = this.block.draft();
    return named ? { [this.field]: named } : {};
  }

  /**
   * The server refused the task. What it has lost is sent again.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether it is worth asking once more.
   */
  recover(problem) {
    return isLost(problem, this.field) && this.block.renew();
  }

  /** @param {Record<string, string>} reasons */
  fit(reasons) {
    this.block.fit(reasons[this.field] ?? "");
  }
}
