/** Incoming: pictures that are dropped on a field, or pasted anywhere in the open form. */

/** @typedef {{files: File[], artifact: string | null}} Incoming `artifact` is one the page shows. */

const OURS = /\/artifacts\/([0-9a-hjkmnp-tv-z]{26})\/([0-9]{1,3})(?:\/|$)/;

/**
 * What a task calls the picture behind a link of ours.
 * @param {string} url
 */
export function artifactOf(url) {
  const found = URL.canParse(url) ? OURS.exec(new URL(url).pathname) : null;
  return found ? `${found[1]}/${found[2]}` : null;
}

/**
 * @param {DataTransfer | null} carried
 * @returns {Incoming | null} Null if it carries no picture.
 */
export function picturesIn(carried) {
  if (!carried) return null;
  // A picture of the page's own is carried as a link and, by some browsers, as a file, too.
  const [url = ""] = carried.getData("text/uri-list").split(/[\r\n]+/);
  const artifact = artifactOf(url);
  const files = artifact ? [] : [...carried.files];
  return artifact || files.length > 0 ? { files, artifact } : null;
}

/**
 * Take what is dropped on an element.
 * @param {HTMLElement} element
 * @param {(incoming: Incoming) => void} take
 */
export function receiveDrops(element, take) {
  // Entering a child comes before leaving its parent.
  let depth = 0;
  const carries = (/** @type {DragEvent} */ { dataTransfer }) =>
    ["Files", "text/uri-list"].some((type) => dataTransfer?.types.includes(type));
  const over = (/** @type {boolean} */ yes) => element.toggleAttribute("data-over", yes);
  element.addEventListener("dragenter", (event) => {
    if (carries(event)) over(++depth > 0);
  });
  element.addEventListener("dragleave", (event) => {
    if (carries(event)) over(--depth > 0);
  });
  element.addEventListener("dragover", (event) => {
    if (carries(event)) event.preventDefault();
  });
  element.addEventListener("drop", (event) => {
    depth = 0;
    over(false);
    const incoming = picturesIn(event.dataTransfer);
    if (!incoming) return;
    event.preventDefault();
    take(incoming);
  });
}

/**
 * A field that takes pasted pictures.
 * @typedef {{element: HTMLElement, isEmpty: () => boolean, take: (incoming: Incoming) => void}}
 *   Taker
 */

/** @type {Set<Taker>} */
const takers = new Set();

/** Take what is pasted: into the field itself, or where it is the one that waits. */
export function receivePastes(/** @type {Taker} */ taker) {
  if (takers.size === 0) document.addEventListener("paste", pasted);
  takers.add(taker);
}

/** @param {ClipboardEvent} event */
function pasted(event) {
  // A dialog lies over the form.
  if (event.defaultPrevented || isForText(event) || document.querySelector("dialog[open]")) return;
  const incoming = picturesIn(event.clipboardData);
  const taker = incoming && takerOf(/** @type {Element} */ (event.target));
  if (!taker) return;
  event.preventDefault();
  taker.take(incoming);
}

/** Words that are copied from a document bring a picture of themselves. */
function isForText(/** @type {ClipboardEvent} */ { target, clipboardData }) {
  const typing = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return typing && clipboardData?.types.includes("text/plain");
}

/** The field one is in; else the first empty one in sight, or the first. @param {Element} target */
function takerOf(target) {
  for (const taker of takers) if (!taker.element.isConnected) takers.delete(taker);
  const shown = [...takers].filter(({ element }) => element.offsetParent !== null);
  return (
    shown.find(({ element }) => element.contains(target)) ??
    shown.find((taker) => taker.isEmpty()) ??
    shown[0]
  );
}
