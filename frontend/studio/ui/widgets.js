/** Widgets: the controls that Gradio has none like, by name. Those of the first form are here at
 * once; the others are loaded when a form needs them. */

import { patiently } from "./core/lazy.js";
import { ModelChoice } from "./forms/model_choice.js";
import { StyleChoice } from "./forms/style_choice.js";

/**
 * @typedef {{kind: string, name: string, fields: string[], forms: import("./forms/forms.js").Forms,
 *   api: import("./core/api.js").Api, changed: () => void} & Record<string, any>} Setting
 * @typedef {new (root: HTMLElement, setting: any) => import("./forms/state.js").Widget} WidgetClass
 */

/** @type {Record<string, () => Promise<WidgetClass>>} */
const WIDGETS = {
  model: async () => ModelChoice,
  style: async () => StyleChoice,
  picture: async () => (await import("./pictures/one.js")).OnePicture,
  pictures: async () => (await import("./pictures/several.js")).SeveralPictures,
  colors: async () => (await import("./colours/colour_list.js")).ColourList,
  region: async () => (await import("./try_on/garment_region.js")).GarmentRegion,
  extend: async () => (await import("./extend/extended_picture.js")).ExtendedPicture,
  painter: async () => (await import("./painter/masked_picture.js")).MaskedPicture,
};

/**
 * Make a control in its place.
 * @param {HTMLElement} place @param {Setting} setting
 */
export async function makeWidget(place, setting) {
  const Control = await patiently(WIDGETS[setting.name]);
  return new Control(place, setting);
}
