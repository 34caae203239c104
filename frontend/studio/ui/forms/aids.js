/** Aids: small helps that stand beside a field of Gradio's, and are not fields themselves. */

import { button, element, setText, sign } from "../core/dom.js";
import { patiently } from "../core/lazy.js";
import { amount, count, dollars, heard, t } from "../core/words.js";

const SEED_MOST = 2_147_483_646;
const DICE = "M4 4h12v12H4zM7.5 7.5v.01M12.5 12.5v.01M10 10v.01M12.5 7.5v.01M7.5 12.5v.01";
const LOCK = "M5.5 9h9v7h-9zM7 9V6.5a3 3 0 0 1 6 0V9";
const SPARK = "M10 3l1.6 4.4L16 9l-4.4 1.6L10 15l-1.6-4.4L4 9l4.4-1.6z";
const TABLE = "M4 4h12v12H4zM4 10h12M10 4v12";

/** A frame in the shape that the picture will have. */
export class SizeFrame {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.frame = element("div", { class: "size-frame" });
    this.words = element("p", { class: "size-words" });
    root.replaceChildren(element("div", { class: "size-room" }, this.frame), this.words);
  }

  /** @param {Record<string, any>} task */
  show({ width, height }) {
    const w = Number(width);
    const h = Number(height);
    const whole = w > 0 && h > 0;
    this.frame.hidden = !whole;
    if (!whole) return;
    const scale = 42 / Math.max(w, h);
    this.frame.style.width = `${w * scale}px`;
    this.frame.style.height = `${h * scale}px`;
    const mp = amount((w * h) / 1e6, { maximumFractionDigits: 2 });
    setText(this.words, t("{w} × {h} pixels, {mp} megapixels", { w, h, mp }));
  }
}

/** Draws a seed, and keeps it from one job to the next. */
export class SeedTools {
  /**
   * @param {HTMLElement} root
   * @param {{set: (seed: number | null) => void, locked: boolean,
   *   lock: (locked: boolean) => void}} form
   */
  constructor(root, { set, locked, lock }) {
    const dice = button(sign(DICE), () => {
      set(Math.floor(Math.random() * (SEED_MOST + 1)));
      this.setLocked(true);
      lock(true);
    });
    dice.append(t("Draw a seed"));
    this.locker = button(sign(LOCK), () => {
      const now = this.locker.getAttribute("aria-pressed") !== "true";
      this.setLocked(now);
      lock(now);
      if (!now) set(null);
    });
    this.locker.append(t("Keep the seed"));
    this.setLocked(locked);
    root.replaceChildren(element("div", { class: "tools" }, dice, this.locker));
  }

  /** @param {boolean} locked */
  setLocked(locked) {
    this.locker.setAttribute("aria-pressed", String(locked));
  }
}

/** Help with words: better ones, made-up ones, and many at once. */
export class PromptTools {
  /**
   * @param {HTMLElement} root
   * @param {{improve: () => Promise<string>, surprise: () => Promise<string>,
   *   grid: (() => void) | null}} form Each says what came of it.
   */
  constructor(root, { improve, surprise, grid }) {
    this.words = element("p", { class: "tools-words", role: "status" });
    this.words.hidden = true;
    this.tools = element(
      "div",
      { class: "tools" },
      this.#tool(SPARK, t("Improve my words"), improve),
      this.#tool(DICE, t("Surprise me"), surprise),
    );
    if (grid) this.tools.append(withSign(TABLE, t("Grid of prompts and seeds"), grid));
    root.replaceChildren(this.tools, this.words);
  }

  /** @param {string} path @param {string} label @param {() => Promise<string>} run */
  #tool(path, label, run) {
    const tool = withSign(path, label, async () => {
      if (tool.getAttribute("aria-busy") === "true") return;
      tool.setAttribute("aria-busy", "true");
      setText(this.words, await run());
      tool.removeAttribute("aria-busy");
    });
    return tool;
  }
}

/** @param {string} path @param {string} label @param {() => void} run */
function withSign(path, label, run) {
  const made = button(sign(path), run);
  made.append(label);
  return made;
}

/** What the form as it is would cost, by which model, and what would come out otherwise. */
export class QuoteLine {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.words = element("p", { class: "quote-words" });
    this.notes = element("ul", { class: "quote-notes" });
    root.replaceChildren(this.words, this.notes);
    this.show(null);
  }

  /**
   * @param {{usd: number, images: number, model: string, fallback: string | null,
   *   warnings: string[]} | null} quote
   */
  show(quote) {
    this.words.hidden = this.notes.hidden = quote === null;
    if (quote === null) return;
    const { images, model } = quote;
    const usd = dollars(quote.usd);
    this.words.textContent = count(
      images,
      "About {usd} for {n} picture by {model}",
      "About {usd} for {n} pictures by {model}",
      { usd, model },
    );
    const notes = [quote.fallback, ...quote.warnings].filter((note) => note !== null);
    this.notes.replaceChildren(...notes.map((note) => element("li", {}, heard(note))));
    this.notes.hidden = notes.length === 0;
  }
}

/** @typedef {{size?: SizeFrame, seed?: SeedTools, prompt?: PromptTools, quote?: QuoteLine}} Aids */

/**
 * Make a help in its place.
 * @param {HTMLElement} place @param {string} kind @param {string} name
 * @param {import("./bench.js").Bench} bench
 */
export function makeAid(place, kind, name, bench) {
  const aids = bench.aids.get(kind) ?? {};
  bench.aids.set(kind, aids);
  switch (name) {
    case "size":
      aids.size = new SizeFrame(place);
      break;
    case "seed":
      aids.seed = new SeedTools(place, {
        set: (seed) => bench.set(kind, { seed }),
        locked: bench.locked(kind),
        lock: (locked) => bench.lock(kind, locked),
      });
      break;
    case "prompt":
      aids.prompt = new PromptTools(place, {
        improve: async () => (await prompting()).improve(bench, kind),
        surprise: async () => (await prompting()).surprise(bench, kind),
        grid: kind === "text_to_image" ? () => void openGrid(bench) : null,
      });
      break;
    case "quote":
      aids.quote = new QuoteLine(place);
      break;
    default:
      throw new TypeError(`There is no help named ${name}.`);
  }
  bench.changed(kind);
}

const prompting = () => patiently(() => import("./prompting.js"));

/** @param {import("./bench.js").Bench} bench */
async function openGrid(bench) {
  const { GridForm } = await patiently(() => import("./grid.js"));
  new GridForm(bench).open();
}
