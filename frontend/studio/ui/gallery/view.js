/** Views: how far one has gone into a picture, and where one looks. */

/**
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point From the middle of the stage.
 * @typedef {{scale: number, x: number, y: number}} View
 *   At scale 1 the whole picture is seen; x and y say where its middle is.
 */

/** @type {Readonly<View>} */
export const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });
/** How large a pixel of the picture may become. */
const PIXEL_MOST = 4;

/** The size at which all of a picture is seen, never larger than it is. @param {Size} picture
 * @param {Size} stage @returns {Size} */
export function fitted(picture, stage) {
  const scale = Math.min(1, stage.width / picture.width, stage.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/**
 * Go into a picture, or out, about a point that stays where it is.
 * @param {View} view @param {number} factor @param {Point} at
 * @param {{picture: Size, stage: Size}} sizes
 */
export function zoomed(view, factor, at, sizes) {
  const scale = Math.min(scaleMost(sizes), Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  return bounded(
    { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown },
    sizes,
  );
}

/** @param {View} view @param {Point} by @param {{picture: Size, stage: Size}} sizes */
export function moved(view, by, sizes) {
  return bounded({ scale: view.scale, x: view.x + by.x, y: view.y + by.y }, sizes);
}

/** The scale at which a pixel is a pixel, or twice the whole where that is hardly more.
 * @param {{picture: Size, stage: Size}} sizes */
export function closeUp({ picture, stage }) {
  return Math.max(2, picture.width / fitted(picture, stage).width);
}

/** @param {{picture: Size, stage: Size}} sizes */
function scaleMost(sizes) {
  return PIXEL_MOST * (sizes.picture.width / fitted(sizes.picture, sizes.stage).width);
}

/** Without the void: the picture is not pushed off the stage.
 * @param {View} view @param {{picture: Size, stage: Size}} sizes @returns {View} */
function bounded({ scale, x, y }, { picture, stage }) {
  const fit = fitted(picture, stage);
  return {
    scale,
    x: within(x, (fit.width * scale - stage.width) / 2),
    y: within(y, (fit.height * scale - stage.height) / 2),
  };
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return most <= 0 ? 0 : Math.min(most, Math.max(-most, value));
}
