/** Where a garment goes: by its kind, in words, or painted on the person's picture. */

import { element } from "../core/dom.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";
import { PaintedMask } from "../painter/painted_mask.js";
import { Either } from "../pictures/either.js";
import { isLost, refusal } from "../pictures/frame.js";
import { follow } from "../pictures/siblings.js";

/**
 * Something to say of a region, as the task's schema has it.
 * @typedef {{name: string, title: string, help: string | null, default: string,
 *   options?: [string, string][], optional?: boolean}} Saying `options` pairs words with values.
 * @typedef {"garment" | "words" | "mask"} Way
 */

export class GarmentRegion {
  fields = Object.freeze(["region"]);
  /** @type {{named?: any, url?: string}} The mask that goes with a picture that is still to come. */
  #pending = {};
  /** @type {Map<string, Map<string, HTMLInputElement | HTMLSelectElement>>} Way → what it says. */
  #inputs = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import("../pictures/frame.js").Page & {picture: string, ways: Record<"garment" | "words",
   *   Saying[]>}} page `picture` is the field of the person's picture.
   */
  constructor(root, page) {
    this.page = page;
    const { title = t("Where") } = page.schema?.region ?? {};
    this.mask = new PaintedMask(page, "region", () => this.#changed());
    const { home } = this.mask.painter;
    const nobody = element("p", { class: "picture-hint" }, t("Choose the person's picture first."));
    this.where = new Either({
      name: `${page.kind}-region-by`,
      title: t(title),
      options: [
        {
          value: "garment",
          words: t("By garment"),
          hint: t("The model finds where such a garment is worn."),
          body: this.#sayings("garment", page.ways.garment),
        },
        {
          value: "words",
          words: t("In words"),
          hint: t("Name the part of the picture that is dressed anew."),
          body: this.#sayings("words", page.ways.words),
        },
        {
          value: "mask",
          words: t("Paint it"),
          hint: t("Paint over what is dressed anew."),
          body: element("div", {}, nobody, home),
        },
      ],
      changed: () => this.#changed(),
    });
    this.where.element.id = `${page.kind}-region`;
    root.replaceChildren(this.where.element);
    follow(`${page.kind}-${page.picture}`, (picture) => {
      home.hidden = !picture;
      nobody.hidden = Boolean(picture);
      const { named, url } = this.#pending;
      if (picture) this.#pending = {};
      void this.mask.begin(picture, picture ? named : undefined, url);
    });
    const sheets = ["../pictures/controls.css", "./garment_region.css"];
    void showStyled(this.where.element, ...sheets.map((sheet) => new URL(sheet, import.meta.url)));
  }

  async task() {
    if (this.where.value !== "mask") return this.draft();
    const mask = await this.mask.reference();
    if (!mask) throw refusal("region", t("Nothing is painted yet. Paint over a part, or name it."));
    return { region: { by: "mask", mask } };
  }

  get ready() {
    return Object.keys(this.draft().region).length > 1;
  }

  draft() {
    const by = this.where.value;
    if (by === "mask") {
      const mask = this.#pending.named ?? this.mask.draft();
      return { region: { by, ...(mask ? { mask } : {}) } };
    }
    const said = [...(this.#inputs.get(by) ?? [])].map(([name, input]) => [name, input.value.trim()]);
    return { region: { by, ...Object.fromEntries(said.filter(([, value]) => value)) } };
  }

  /** @param {Record<string, any>} task @param {Record<string, string>} [urls] */
  restore({ region }, urls = {}) {
    const by = ["garment", "words", "mask"].includes(region?.by) ? region.by : "garment";
    this.where.value = by;
    for (const [way, inputs] of this.#inputs) {
      for (const [name, input] of inputs) {
        const first = this.page.ways[/** @type {"garment" | "words"} */ (way)].find((s) => s.name === name);
        input.value = (way === by && region?.[name]) || (first ? firstOf(first) : "");
      }
    }
    this.#pending = by === "mask" ? { named: region.mask, url: urls["region/mask"] } : {};
  }

  /**
   * The server refused the task. What it has lost is sent again.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether it is worth asking once more.
   */
  recover(problem) {
    return isLost(problem, "region/mask") && this.mask.renew();
  }

  /** @param {Record<string, string>} reasons */
  fit({ region: why = "" }) {
    this.where.fit({ garment: why, words: why, mask: why });
  }

  /** @param {"garment" | "words"} way @param {readonly Saying[]} sayings */
  #sayings(way, sayings) {
    const inputs = new Map();
    const body = element("div", { class: "region-sayings" });
    for (const saying of sayings) {
      const input = saying.options ? choice(saying) : words();
      input.value = firstOf(saying);
      input.addEventListener("input", () => this.#changed());
      inputs.set(saying.name, input);
      body.append(element("label", { class: "region-saying" }, t(saying.title), input));
    }
    this.#inputs.set(way, inputs);
    return body;
  }

  #changed() {
    this.page.changed();
  }
}

/** @param {Saying} saying What it says at first: what must be said begins with the first there is. */
function firstOf({ default: said, options, optional }) {
  return said || (options && !optional ? options[0][1] : "");
}

/** @param {Saying} saying */
function choice({ options = [], optional }) {
  const select = /** @type {HTMLSelectElement} */ (element("select", { class: "picture-input region-choice" }));
  if (optional) select.append(element("option", { value: "" }, t("Left to the model")));
  for (const [words, value] of options) select.append(element("option", { value }, t(words)));
  return select;
}

function words() {
  const attributes = { type: "text", class: "picture-input", autocomplete: "off" };
  const input = /** @type {HTMLInputElement} */ (element("input", attributes));
  input.placeholder = t("such as “the jacket”");
  return input;
}
