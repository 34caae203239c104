/** Palettes: colours that go well together, to begin with. */

import { t } from "../core/words.js";

/** @returns {readonly {name: string, colours: readonly string[]}[]} */
export function palettes() {
  return [
    { name: t("Sunset"), colours: ["#3d1f3d", "#8c2f4b", "#e4572e", "#f7a03c", "#fde2b3"] },
    { name: t("Sea"), colours: ["#0b2545", "#13426b", "#2a7f9e", "#8fc7d1", "#eef4ed"] },
    { name: t("Forest"), colours: ["#1f2a1e", "#3d5a3a", "#7a9e6b", "#c9d5a4", "#f2efe0"] },
    { name: t("Clay"), colours: ["#3f2a23", "#7f3b2d", "#c26a4a", "#e3b38f", "#f6e6d5"] },
    { name: t("Night"), colours: ["#0b132b", "#1c2541", "#3a506b", "#7d8ca3", "#e0e1dd"] },
    { name: t("Sweets"), colours: ["#f28ca8", "#f7c5cc", "#fff3d6", "#a8dadc", "#6c8ec4"] },
  ];
}
