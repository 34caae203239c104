/** A contact sheet as one picture: drawn on a canvas, with its prompts and seeds. */

import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";

const CELL = 448;
const GAP = 16;
const WORDS = 260;
const HEAD = 40;
const FONT = "system-ui, sans-serif";
const LINE = 21;
const LINES_MOST = 14;
/** No side of a canvas that every browser can draw is longer. */
const SIDE_MOST = 8192;
/** How many pictures are in memory, decoded, at a time. */
const AT_ONCE = 3;

/** @typedef {import("./pictures.js").Picture} Picture */

/**
 * @param {import("./contacts.js").Contacts} contacts
 * @param {(picture: Picture) => Promise<Blob>} read Rejects with a Problem.
 * @param {(column: number) => string} seedWords
 * @returns {Promise<Blob>} A PNG.
 */
export async function drawContacts(contacts, read, seedWords) {
  const { rows, columns } = contacts;
  const width = WORDS + columns * (CELL + GAP) + GAP;
  const height = HEAD + rows * (CELL + GAP) + GAP;
  const scale = Math.min(1, SIDE_MOST / width, SIDE_MOST / height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(scale, scale);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#1b1a18";
  pen.textBaseline = "top";
  const left = (/** @type {number} */ column) => WORDS + GAP + column * (CELL + GAP);
  const top = (/** @type {number} */ row) => HEAD + row * (CELL + GAP);
  pen.font = `600 16px ${FONT}`;
  for (let column = 0; column < columns; column++) {
    pen.fillText(seedWords(column), left(column), 14, CELL);
  }
  pen.font = `16px ${FONT}`;
  for (let row = 0; row < rows; row++) {
    const lines = wrapped(contacts.prompt(row), WORDS - GAP, (some) => pen.measureText(some).width);
    lines.forEach((line, i) => pen.fillText(line, GAP, top(row) + i * LINE));
  }
  const cells = Array.from({ length: rows * columns }, (_, i) => i);
  const draw = async () => {
    for (let i = cells.shift(); i !== undefined; i = cells.shift()) {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const picture = contacts.picture(row, column);
      if (picture) await put(pen, await read(picture), left(column), top(row));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, draw));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(undrawn())), "image/png");
  });
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Blob} blob @param {number} left @param {number} top
 */
async function put(pen, blob, left, top) {
  const image = await createImageBitmap(blob).catch(() => {
    throw undrawn();
  });
  const scale = Math.min(CELL / image.width, CELL / image.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, left, top, image.width * scale, image.height * scale);
  image.close();
}

function undrawn() {
  return new Problem({
    status: 500,
    code: "undrawn",
    title: t("This browser could not draw the contact sheet."),
    detail: "",
  });
}

/**
 * Words in lines that are not too long.
 * @param {string} words @param {number} most @param {(line: string) => number} lengthOf
 * @returns {string[]}
 */
export function wrapped(words, most, lengthOf) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const word of words.split(/\s+/).flatMap((some) => broken(some, most, lengthOf))) {
    const longer = line ? `${line} ${word}` : word;
    if (line && lengthOf(longer) > most) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  if (lines.length <= LINES_MOST) return lines;
  return [...lines.slice(0, LINES_MOST - 1), `${lines[LINES_MOST - 1]} …`];
}

/** A word that is too long by itself, in pieces.
 * @param {string} word @param {number} most @param {(line: string) => number} lengthOf */
function broken(word, most, lengthOf) {
  /** @type {string[]} */
  const pieces = [];
  let piece = "";
  for (const sign of word) {
    if (piece && lengthOf(piece + sign) > most) {
      pieces.push(piece);
      piece = "";
    }
    piece += sign;
  }
  return piece ? [...pieces, piece] : pieces;
}
