/** A long press: a finger that rests on something means more than a tap. */

const LONG_MS = 500;
/** How far a finger may stray and still rest. */
const STRAY = 10;

export class LongPress {
  #x = 0;
  #y = 0;
  #was = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} root @param {(target: Element) => void} pressed */
  constructor(root, pressed) {
    root.addEventListener("pointerdown", (event) => {
      this.#was = false;
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      [this.#x, this.#y] = [event.clientX, event.clientY];
      this.#timer = setTimeout(() => {
        this.#was = true;
        pressed(/** @type {Element} */ (event.target));
      }, LONG_MS);
    });
    root.addEventListener("pointermove", ({ clientX, clientY }) => {
      if (Math.hypot(clientX - this.#x, clientY - this.#y) > STRAY) clearTimeout(this.#timer);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      root.addEventListener(end, () => clearTimeout(this.#timer));
    }
    root.addEventListener("contextmenu", (event) => {
      if (this.#was) event.preventDefault();
    });
    // The finger is lifted: that was no click.
    root.addEventListener("click", (event) => {
      if (!this.#was) return;
      this.#was = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { capture: true });
  }
}
