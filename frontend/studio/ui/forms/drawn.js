/** What Gradio has drawn: the words of each component before translation, and its value at first. */

/**
 * @typedef {{label?: string, info?: string | null, placeholder?: string | null,
 *   choices?: [string, unknown][], value?: unknown}} Words The words, and the value at first.
 */

/** @type {Map<string, Words> | null} */
let words = null;

/**
 * The words of the component with this id. They are read from the settings with which Gradio starts
 * the page, the one place that has them before anything is drawn, and as they were.
 * @param {string} id
 * @returns {Words}
 */
export function wordsOf(id) {
  words ??= new Map(
    components().map(({ type, props }) => {
      const { elem_id: element, id: tab, label, info, placeholder, choices, value } = props;
      const named = type === "tabitem" ? tabId(tab) : element;
      return [named, structuredClone({ label, info, placeholder, choices, value })];
    }),
  );
  return words.get(id) ?? {};
}

/** The title of the tab of a kind of task. @param {string} kind */
export function titleOf(kind) {
  return wordsOf(tabId(kind)).label ?? kind;
}

/** @param {string} kind */
const tabId = (kind) => `tab-${kind}`;

/** @returns {{type: string, props: Record<string, any>}[]} */
function components() {
  return /** @type {any} */ (globalThis).gradio_config?.components ?? [];
}
