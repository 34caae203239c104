import assert from "node:assert/strict";
import { test } from "node:test";

import { draftOf, keepDraft } from "../../frontend/studio/ui/forms/drafts.js";
import { bodyOf, fieldOf, placed } from "../../frontend/studio/ui/forms/form.js";
import { Problem, unreachable } from "../../frontend/studio/ui/core/problem.js";

const has = (name) => ["prompt", "width", "model"].includes(name);
const problem = (facts) =>
  new Problem({ status: 422, code: "input_invalid", title: "", detail: "No.", ...facts });

test("what is empty is left to the task's defaults", () => {
  const names = ["prompt", "negative_prompt", "style", "seed", "n", "model"];
  const values = ["A fox", "", null, undefined, 2, "nova-canvas"];
  assert.deepEqual(bodyOf("text_to_image", names, values), {
    task: { kind: "text_to_image", prompt: "A fox", n: 2 },
    model: "nova-canvas",
  });
});

test("nought and no are values", () => {
  const body = bodyOf("k", ["seed", "flag"], [0, false]);
  assert.deepEqual(body, { task: { kind: "k", seed: 0, flag: false }, model: "auto" });
});

test("pointers name fields", () => {
  const cases = {
    "/task/prompt": "prompt",
    "/task/picture/upload": "picture",
    "/model": "model",
    "/task/a~1b": "a/b",
    "/lane": null,
    "/task": null,
    "": null,
  };
  for (const [pointer, field] of Object.entries(cases)) assert.equal(fieldOf(pointer), field);
});

test("a problem with a field stands beside that field, and nowhere else", () => {
  const errors = [{ pointer: "/task/prompt", detail: "Field required." }];
  const { fields, form } = placed(problem({ errors }), has);
  assert.deepEqual([...fields], [["prompt", "Field required."]]);
  assert.equal(form, "");
});

test("two problems with one field are both told", () => {
  const errors = [
    { pointer: "/task/width", detail: "Too small." },
    { pointer: "/task/width", detail: "Off the grid." },
  ];
  assert.equal(placed(problem({ errors }), has).fields.get("width"), "Too small. Off the grid.");
});

test("a problem with something that is not on the form is told under it", () => {
  const errors = [{ pointer: "/lane", detail: "There is no such lane." }];
  const { fields, form } = placed(problem({ errors }), has);
  assert.equal(fields.size, 0);
  assert.equal(form, "/lane: There is no such lane.");
});

test("a limit says when to come back", () => {
  const limit = problem({ status: 429, detail: "Used up.", retryAfter: 140 });
  assert.equal(placed(limit, has).form, "Used up. Try again in 2 min 20 s.");
});

test("an outage and a lost connection say that trying again may help", () => {
  assert.match(placed(problem({ status: 503, detail: "Down." }), has).form, /^Down\. Try again/);
  assert.match(placed(unreachable(), has).form, /Nothing you typed is lost/);
});

test("a draft comes back as it was kept", () => {
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, v) => kept.set(key, v) };
  keepDraft(store, "text_to_image", ["prompt", "seed"], ["A fox", undefined]);
  assert.deepEqual(draftOf(store, "text_to_image"), { prompt: "A fox", seed: null });
  assert.deepEqual(draftOf(store, "inpaint"), {});
});

test("a browser that keeps nothing costs the draft and nothing else", () => {
  const store = {
    getItem: () => "{half a draf",
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  assert.doesNotThrow(() => keepDraft(store, "k", ["a"], [1]));
  assert.deepEqual(draftOf(store, "k"), {});
});
