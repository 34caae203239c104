import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Forms } from "../../frontend/studio/ui/forms/forms.js";

const NAMES = ["prompt", "width", "height", "n"];
const FIRSTS = { prompt: "", width: 1024, height: 1024, n: 1 };

globalThis.gradio_config = {
  components: [...Object.entries(FIRSTS), ["size", "1024x1024"]].map(([name, value]) => ({
    type: "field",
    props: { elem_id: `paint-${name}`, label: name, value },
  })),
};
after(() => {
  delete globalThis.gradio_config;
});

/** The forms of a visitor, and what each field of one is told to show. */
function aPage(draft = {}) {
  const kept = new Map([["canvas-queue.draft.paint", JSON.stringify({ values: draft, task: {} })]]);
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, v) => kept.set(key, v) };
  const forms = new Forms(store);
  const shown = () => {
    const names = [...NAMES, "size"];
    const updates = forms.updates("paint", NAMES, ["size"]);
    return Object.fromEntries(
      updates.map(({ value }, i) => [names[i], value]).filter(([, value]) => value !== undefined),
    );
  };
  return { forms, shown, draft: () => JSON.parse(kept.get("canvas-queue.draft.paint")).values };
}

test("a draft is shown once the page is drawn", () => {
  const { shown } = aPage({ prompt: "A fox", width: 1280, height: 720, n: 2 });
  assert.deepEqual(shown(), { prompt: "A fox", width: 1280, height: 720, n: 2, size: "1280x720" });
  assert.deepEqual(shown(), {});
});

test("what is typed before the draft is shown stays, and so does the rest of the draft", () => {
  const { forms, shown, draft } = aPage({ prompt: "A fox", n: 2 });
  forms.keep("paint", NAMES, ["A cat", 1024, 1024, 1]);
  assert.deepEqual(forms.get("paint").sketch(), { prompt: "A cat", width: 1024, height: 1024, n: 2 });
  assert.deepEqual(draft(), { prompt: "A cat", width: 1024, height: 1024, n: 2 });
  assert.deepEqual(shown(), { n: 2 });
});

test("what is put back into a form replaces what was typed", () => {
  const { forms, shown } = aPage();
  forms.keep("paint", NAMES, ["A cat", 1024, 1024, 1]);
  forms.get("paint").restore({ prompt: "A fox", width: 1280, height: 720 }, {});
  forms.keep("paint", NAMES, ["A cats", 1024, 1024, 1]);
  assert.deepEqual(shown(), { prompt: "A fox", width: 1280, height: 720, n: 1, size: "1280x720" });
});

test("other words, or a seed, leave the size as it was chosen", () => {
  const { forms, shown } = aPage();
  shown();
  forms.keep("paint", NAMES, ["A fox", 1280, 720, 1]);
  forms.get("paint").set({ prompt: "A red fox at dawn" });
  assert.deepEqual(shown(), { prompt: "A red fox at dawn" });
});
