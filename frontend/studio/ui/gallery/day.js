/** One day on the wall: its title, and its pictures in rows. */

import { element } from "../core/dom.js";
import { hang } from "./layout.js";

const GAP = 12;
/** Between pictures of one job. */
const NEAR = 3;

export class Day {
  /** @type {import("./layout.js").Box[]} */
  boxes = [];

  /** @param {string} day */
  constructor(day) {
    this.day = day;
    this.title = element("h3", { class: "wall-day" });
    this.list = element("ul", { class: "wall-list", role: "list" });
    this.root = element("section", {}, this.title, this.list);
  }

  /** @param {readonly import("./pictures.js").Picture[]} pictures @param {number} width */
  hang(pictures, width) {
    const shapes = pictures.map(({ ratio, job }, i) => ({
      ratio,
      together: i > 0 && pictures[i - 1].job.id === job.id,
    }));
    const wished = width < 520 ? 150 : width < 900 ? 190 : 230;
    const hung = hang(shapes, { width, height: wished, gap: GAP, near: NEAR });
    this.boxes = hung.boxes;
    this.list.style.height = `${Math.ceil(hung.height)}px`;
  }

  /** Which pictures lie between two heights. @param {number} from @param {number} to */
  between(from, to) {
    const first = this.boxes.findIndex(({ top, height }) => top + height >= from);
    if (first < 0) return [];
    const end = this.boxes.findIndex(({ top }, i) => i >= first && top > to);
    const last = end < 0 ? this.boxes.length : end;
    return Array.from({ length: last - first }, (_, i) => first + i);
  }
}
