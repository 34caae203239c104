import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { choose, count, language, preferred, speak, t } from "../../frontend/studio/ui/core/words.js";

const kept = (value) => ({ getItem: () => value });
afterEach(() => speak("en"));

test("the browser's first language that we know is spoken", () => {
  assert.equal(preferred(kept(null), ["pt-BR", "fr-CA", "de"]), "fr");
  assert.equal(preferred(kept(null), ["pt-BR"]), "en");
});

test("a choice made here wins over the browser's", () => {
  const store = new Map();
  const storage = { getItem: (key) => store.get(key) ?? null, setItem: (k, v) => store.set(k, v) };
  choose(storage, "ja");
  assert.equal(preferred(storage, ["de"]), "ja");
});

test("storage that is forbidden is no obstacle", () => {
  const forbidden = () => {
    throw new Error("SecurityError");
  };
  choose({ setItem: forbidden }, "de");
  assert.equal(preferred({ getItem: forbidden }, ["es"]), "es");
});

test("a sentence is said in the language that is spoken, with its values", async () => {
  await speak("de", async () => ({ "Seed {seed}": "Startwert {seed}" }));
  assert.equal(language(), "de");
  assert.equal(t("Seed {seed}", { seed: 7 }), "Startwert 7");
});

test("what has no translation is said as it is", async () => {
  await speak("de", async () => ({ Cancel: "Abbrechen" }));
  assert.equal(t("Retry"), "Retry");
  assert.equal(t("constructor"), "constructor");
});

test("words that cannot be had leave English, and say so", async () => {
  await speak("de", async () => ({}));
  assert.equal(language(), "en");
});

test("numbers choose the form of the sentence as the language has it", async () => {
  assert.equal(count(1, "{n} picture", "{n} pictures"), "1 picture");
  assert.equal(count(1200, "{n} picture", "{n} pictures"), "1,200 pictures");
  await speak("fr", async () => ({ "{n} picture": "{n} image", "{n} pictures": "{n} images" }));
  assert.equal(count(0, "{n} picture", "{n} pictures"), "0 image");
});
