import assert from "node:assert/strict";
import { test } from "node:test";

import { kept } from "../../frontend/studio/ui/core/kept.js";

test("what the browser keeps is used where it may be", () => {
  const localStorage = /** @type {Storage} */ ({});
  assert.equal(kept({ localStorage }), localStorage);
});

test("where it is forbidden, the page remembers by itself", () => {
  const storage = kept({
    get localStorage() {
      throw new Error("Access is denied for this document.");
    },
  });
  assert.equal(storage.getItem("theme"), null);
  storage.setItem("theme", "dark");
  assert.equal(storage.getItem("theme"), "dark");
  assert.deepEqual([storage.length, storage.key(0)], [1, "theme"]);
  storage.removeItem("theme");
  assert.equal(storage.length, 0);
});
