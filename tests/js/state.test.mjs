import assert from "node:assert/strict";
import { test } from "node:test";

import { draftOf, keepDraft } from "../../frontend/studio/ui/forms/drafts.js";
import { bodyOf, FormState } from "../../frontend/studio/ui/forms/state.js";

class Store {
  kept = new Map();
  getItem = (key) => this.kept.get(key) ?? null;
  setItem = (key, value) => this.kept.set(key, value);
}

/** A control of ours for one field. */
class OneField {
  value = undefined;
  sent = null;

  constructor(field) {
    this.fields = [field];
  }

  async task() {
    return this.sent ?? this.draft();
  }

  draft() {
    return this.value === undefined ? {} : { [this.fields[0]]: this.value };
  }

  restore(task) {
    this.value = task[this.fields[0]];
  }

  fit() {}
}

test("what is empty is left to the task's defaults", async () => {
  const form = new FormState("text_to_image", new Store());
  form.keep(["prompt", "negative_prompt", "style", "seed", "n"], ["A fox", "", null, undefined, 2]);
  assert.deepEqual(await form.task(), { prompt: "A fox", n: 2 });
});

test("nought and no are values", async () => {
  const form = new FormState("k", new Store());
  form.keep(["seed", "flag"], [0, false]);
  assert.deepEqual(await form.task(), { seed: 0, flag: false });
});

test("the model is no part of the task", () => {
  assert.deepEqual(bodyOf("k", { prompt: "A fox", model: "nova-canvas" }), {
    task: { kind: "k", prompt: "A fox" },
    model: "nova-canvas",
  });
  assert.equal(bodyOf("k", {}).model, "auto");
});

test("what our own controls hold is sent, and awaited", async () => {
  const form = new FormState("k", new Store());
  const image = new OneField("image");
  form.add(image);
  image.value = { kept: "a1" };
  image.sent = { image: { upload: "01b" } };
  assert.deepEqual(form.sketch(), { image: { kept: "a1" } });
  assert.deepEqual(await form.task(), { image: { upload: "01b" } });
});

test("there is nothing to ask about while a field is missing or a picture on its way", () => {
  const form = new FormState("k", new Store());
  form.required = ["image", "prompt"];
  const image = new OneField("image");
  form.add(image);
  form.keep(["prompt"], ["A fox"]);
  assert.ok(!form.whole);
  image.value = { kept: "a1" };
  assert.ok(!form.whole);
  image.value = { upload: "01b" };
  assert.ok(form.whole);
});

test("there is nothing to ask about before a control has one of what it can hold", () => {
  const form = new FormState("k", new Store());
  form.required = [];
  const mask = Object.assign(new OneField("mask"), { ready: false });
  form.add(mask);
  assert.ok(!form.whole);
  mask.ready = true;
  assert.ok(form.whole);
});

test("a restored task is shown whole, and nothing of what was there before", () => {
  const form = new FormState("k", new Store());
  form.keep(["prompt", "negative_prompt"], ["A fox", "snow"]);
  form.takePending();
  form.restore({ prompt: "A cat" }, {});
  assert.deepEqual(form.takePending(), { prompt: "A cat", negative_prompt: null });
  assert.equal(form.takePending(), null);
});

test("a control that is drawn later shows what was restored before, and it is sent meanwhile", async () => {
  const form = new FormState("k", new Store());
  form.restore({ kind: "k", image: { artifact: "01a/0" } }, { image: "https://cdn.example/0" });
  assert.deepEqual(await form.task(), { image: { artifact: "01a/0" } });
  const image = new OneField("image");
  form.add(image);
  assert.deepEqual(image.value, { artifact: "01a/0" });
});

test("a tab that is drawn again has one control for a field, not two", async () => {
  const form = new FormState("k", new Store());
  const [before, after] = [new OneField("image"), new OneField("image")];
  form.add(before);
  before.value = { upload: "01a" };
  form.add(after);
  after.value = { upload: "01b" };
  assert.deepEqual(await form.task(), { image: { upload: "01b" } });
});

test("a reload brings back what was in the form, in Gradio's fields and in ours", () => {
  const store = new Store();
  const before = new FormState("k", store);
  before.add(new OneField("image"));
  before.widgets[0].value = { upload: "01b" };
  before.keep(["prompt"], ["A fox"]);
  const after = new FormState("k", store);
  assert.deepEqual(after.takePending(), { prompt: "A fox" });
  const image = new OneField("image");
  after.add(image);
  assert.deepEqual(image.value, { upload: "01b" });
});

test("a draft comes back as it was kept", () => {
  const store = new Store();
  const draft = { values: { prompt: "A fox", seed: null }, task: { image: { upload: "01b" } } };
  keepDraft(store, "text_to_image", draft);
  assert.deepEqual(draftOf(store, "text_to_image"), draft);
  assert.deepEqual(draftOf(store, "inpaint"), { values: {}, task: {} });
});

test("a browser that keeps nothing costs the draft and nothing else", () => {
  const store = {
    getItem: () => "{half a draf",
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  assert.doesNotThrow(() => keepDraft(store, "k", { values: { a: 1 }, task: {} }));
  assert.deepEqual(draftOf(store, "k"), { values: {}, task: {} });
});
