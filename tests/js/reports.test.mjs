import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { notesOf, reported } from "../../frontend/studio/ui/core/reports.js";
import { speak } from "../../frontend/studio/ui/core/words.js";

afterEach(() => speak("en"));

test("a fallback and what did not map are disclosed", () => {
  const job = { fallback_reason: "Nova Canvas has ended.", warnings: ["No styles."] };
  assert.deepEqual(notesOf(job), ["Nova Canvas has ended.", "No styles."]);
  assert.deepEqual(notesOf({ fallback_reason: null }), []);
});

test("a sentence about one of the job's pictures says which, by the name that its field has", () => {
  assert.equal(reported("images/1: It was made smaller."), "Picture 2: It was made smaller.");
  assert.equal(reported("region/mask: All of it is white."), "Mask: All of it is white.");
  assert.equal(reported("image, extended: It is too long."), "Picture: It is too long.");
});

test("a sentence that is about none is left whole", () => {
  assert.equal(reported("constructor: No."), "constructor: No.");
  assert.equal(reported("Bedrock said: No."), "Bedrock said: No.");
  assert.equal(reported(""), "");
});

test("both parts are said in the reader's language", async () => {
  await speak("fr", async () => ({
    said: { "{about}: {words}": "{about} : {words}", Mask: "Masque" },
    heard: { "Nothing in it is white.": "Rien n’y est blanc." },
  }));
  assert.equal(reported("mask: Nothing in it is white."), "Masque : Rien n’y est blanc.");
});
