/** Reordering: a list whose items are put in another order, by dragging and by arrow keys. */

/** So far a pointer may move before it is a drag and not a click. */
const SLACK = 5;
const BACK = ["ArrowLeft", "ArrowUp"];
const ON = ["ArrowRight", "ArrowDown"];

/**
 * The items with one of them at another place.
 * @template T
 * @param {readonly T[]} items @param {number} from @param {number} to
 */
export function moved(items, from, to) {
  const others = items.filter((_, i) => i !== from);
  return [...others.slice(0, to), items[from], ...others.slice(to)];
}

/**
 * Which of some boxes a point is nearest to the middle of.
 * @param {readonly {left: number, top: number, width: number, height: number}[]} boxes
 * @param {{x: number, y: number}} point
 */
export function nearest(boxes, { x, y }) {
  const away = boxes.map((box) =>
    Math.hypot(box.left + box.width / 2 - x, box.top + box.height / 2 - y),
  );
  return away.indexOf(Math.min(...away));
}

/**
 * Let the items of a list be moved by their grips, the elements that have `data-grip`.
 * @param {HTMLElement} list Its children are the items.
 * @param {(from: number, to: number) => void} done Told after each move.
 */
export function reorderable(list, done) {
  /** Neither focus nor a pointer is lost: it is the others that move around the item. */
  const move = (/** @type {number} */ from, /** @type {number} */ to) => {
    const items = [...list.children];
    if (to > from) items[from].before(...items.slice(from + 1, to + 1));
    else items[from].after(...items.slice(to, from));
    done(from, to);
  };
  const itemOf = (/** @type {EventTarget | null} */ target) => {
    const grip = target instanceof Element ? target.closest("[data-grip]") : null;
    const item = [...list.children].find((child) => child.contains(grip));
    return grip && item ? { grip: /** @type {HTMLElement} */ (grip), item } : null;
  };

  list.addEventListener("keydown", (event) => {
    const held = itemOf(event.target);
    const by = BACK.includes(event.key) ? -1 : ON.includes(event.key) ? 1 : 0;
    if (!held || by === 0) return;
    event.preventDefault();
    const from = [...list.children].indexOf(held.item);
    const to = from + by;
    if (to < 0 || to >= list.childElementCount) return;
    move(from, to);
  });

  list.addEventListener("pointerdown", (event) => {
    const held = itemOf(event.target);
    if (!held || event.button !== 0) return;
    const { grip, item } = held;
    const start = { x: event.clientX, y: event.clientY };
    let drags = false;
    const follow = (/** @type {PointerEvent} */ at) => {
      const point = { x: at.clientX, y: at.clientY };
      drags ||= Math.hypot(point.x - start.x, point.y - start.y) > SLACK;
      if (!drags) return;
      item.setAttribute("data-dragged", "");
      const items = [...list.children];
      const to = nearest(items.map((child) => child.getBoundingClientRect()), point);
      const from = items.indexOf(item);
      if (to !== from) move(from, to);
    };
    const end = () => {
      item.removeAttribute("data-dragged");
      grip.removeEventListener("pointermove", follow);
      // The click that ends a drag is none.
      if (drags) addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", stop, { capture: true }));
    };
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", end, { once: true });
  });
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
