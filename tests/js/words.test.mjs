import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";

import {
  amount, choose, count, dollars, heard, language, LANGUAGES, list, preferred, speak, t,
} from "../../frontend/studio/ui/core/words.js";

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
  await speak("de", async () => ({ said: { "Seed {seed}": "Startwert {seed}" } }));
  assert.equal(language(), "de");
  assert.equal(t("Seed {seed}", { seed: 7 }), "Startwert 7");
});

test("what has no translation is said as it is", async () => {
  await speak("de", async () => ({ said: { Cancel: "Abbrechen" } }));
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
  const said = { "{n} picture": "{n} image", "{n} pictures": "{n} images" };
  await speak("fr", async () => ({ said }));
  assert.equal(count(0, "{n} picture", "{n} pictures"), "0 image");
});

const GERMAN = {
  said: { Used: "Verbraucht" },
  heard: {
    "The model did not answer in time.": "Das Modell hat nicht rechtzeitig geantwortet.",
    "At most {n}.": "Höchstens {n}.",
    "{model} ended on {date}.": "{model} endete am {date}.",
    "{model} ended on {date}; use {instead}.": "{model} endete am {date}; nimm {instead}.",
    "The helper is silent: {reason}": "Die Hilfe schweigt: {reason}",
    "A {mode} upscale needs (1) prompt.": "Diese Art braucht einen Prompt.",
  },
};

test("what the server says is repeated in the reader's language", async () => {
  await speak("de", async () => GERMAN);
  assert.equal(heard("The model did not answer in time."), GERMAN.heard["The model did not answer in time."]);
  assert.equal(heard("A bold upscale needs (1) prompt."), "Diese Art braucht einen Prompt.");
});

test("its values are written as the reader writes them", async () => {
  await speak("de", async () => GERMAN);
  assert.equal(heard("At most 4,194,304."), "Höchstens 4.194.304.");
  assert.equal(heard("At most 1.1."), "Höchstens 1,1.");
  assert.equal(heard("At most a few."), "Höchstens a few.");
  assert.equal(heard("Nova ended on 2026-09-30."), "Nova endete am 30.09.2026.");
  assert.equal(
    heard("The helper is silent: The model did not answer in time."),
    "Die Hilfe schweigt: Das Modell hat nicht rechtzeitig geantwortet.",
  );
});

test("of several that fit, the sentence that leaves least to values is meant", async () => {
  await speak("de", async () => GERMAN);
  assert.equal(
    heard("Nova ended on 2026-09-30; use Stable Image Core."),
    "Nova endete am 30.09.2026; nimm Stable Image Core.",
  );
});

test("what the server says and nobody has translated is repeated as it is", async () => {
  await speak("de", async () => GERMAN);
  assert.equal(heard("Throttled by the provider."), "Throttled by the provider.");
  assert.equal(heard("Used"), "Used");
  assert.equal(heard("constructor"), "constructor");
  assert.equal(heard(""), "");
  await speak("en");
  assert.equal(heard("At most 1,024."), "At most 1,024.");
});

test("words of a sentence are no pattern, and values no places", async () => {
  await speak("de", async () => ({ said: {}, heard: { "{a} (x.y)": "({a})" } }));
  assert.equal(heard("1 (xzy)"), "1 (xzy)");
  assert.equal(heard("{b} (x.y)"), "({b})");
  assert.equal(t("Hello {name}", { name: "{n}", n: 1 }), "Hello {n}");
});

test("numbers, money and lists are written as the language has it; a seed has no groups", async () => {
  assert.equal(list(["a", "b", "c"]), "a, b, c");
  await speak("de", async () => GERMAN);
  assert.equal(amount(1234.5), "1.234,5");
  assert.equal(t("Seed {seed}, {ratio}", { seed: 1234567, ratio: 2.5 }), "Seed 1234567, 2,5");
  assert.equal(dollars(0.04).replace(/\s/g, " "), "0,04 $");
  assert.equal(list(["a", "b", "c"]), "a, b und c");
  await speak("ja", async () => GERMAN);
  assert.equal(list(["a", "b"]), "a、b");
});

/** A file of words, as it is served. */
async function read(url) {
  return JSON.parse(await readFile(url, "utf8"));
}

for (const tag of Object.keys(LANGUAGES).filter((one) => one !== "en")) {
  test(`every sentence of the server's is known in ${LANGUAGES[tag]}, whatever its values`, async () => {
    await speak(tag, read);
    assert.equal(language(), tag);
    const words = await read(new URL(`../../frontend/studio/ui/words/${tag}.json`, import.meta.url));
    const valued = (sentence) => sentence.replace(/\{(\w+)\}/g, "<$1>");
    for (const [sentence, translation] of Object.entries(words.heard)) {
      assert.equal(heard(valued(sentence)), valued(translation));
    }
  });
}
