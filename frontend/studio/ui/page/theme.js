/** The theme: light or dark, as the system has it or as somebody chose. */

const KEPT = "canvas-queue.theme";
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. */
export function darkness() {
  return document.body.classList.contains("dark");
}

/** @param {Storage} store @param {boolean} dark */
export function setDark(store, dark) {
  try {
    // What the system says already need not be kept: the page goes on following it.
    if (dark === SYSTEM.matches) store.removeItem(KEPT);
    else store.setItem(KEPT, dark ? "dark" : "light");
  } catch {
    // The choice holds until the page is left.
  }
  show(dark);
}

/** Show the page as it was chosen before; else as the system has it, which Gradio does. */
export function restoreTheme(/** @type {Storage} */ store) {
  const kept = chosen(store);
  if (kept) show(kept === "dark");
  SYSTEM.addEventListener("change", () => {
    const now = chosen(store);
    // After Gradio, which follows the system whatever was chosen.
    if (now) queueMicrotask(() => show(now === "dark"));
  });
}

/** @param {Storage} store */
function chosen(store) {
  try {
    return store.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {boolean} dark */
function show(dark) {
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
