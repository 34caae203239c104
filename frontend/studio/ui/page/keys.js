/** Keys: what can be done without a mouse, anywhere on the page. */

/** Whether keys mean letters where the focus is. @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** @param {{list: () => void, search: () => void, step: (by: number) => void}} page */
export function listen({ list, search, step }) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (generate(event.target)) event.preventDefault();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const run = { "?": list, "/": search, "<": () => step(-1), ">": () => step(1) }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}

/** Press the button of the form where the focus is, or else of the one that is open. */
function generate(/** @type {EventTarget | null} */ target) {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return press(dialog.querySelector("button.primary"));
  const within = target instanceof Element ? target.closest(".task-form") : null;
  const form = within ?? [...document.querySelectorAll(".task-form")].find(isShown);
  return press(form?.querySelector("button.go"));
}

/** @param {Element | null | undefined} go @returns {boolean} Whether there is such a button. */
function press(go) {
  if (!(go instanceof HTMLElement)) return false;
  go.click();
  return true;
}

/** @param {Element} form */
function isShown(form) {
  return /** @type {HTMLElement} */ (form).offsetParent !== null;
}
