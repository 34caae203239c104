import assert from "node:assert/strict";
import { test } from "node:test";

import { Contacts, gather, placeOf } from "../../../frontend/studio/ui/gallery/contacts.js";
import { wrapped } from "../../../frontend/studio/ui/gallery/sheet_picture.js";
import { aJob, anArtifact } from "../fakes.mjs";

const cell = (id, row, column, changes = {}) =>
  aJob({
    id,
    metadata: { grid: "g", row: `${row}`, column: `${column}`, rows: "2", columns: "3" },
    task: { kind: "text_to_image", prompt: `prompt ${row}`, seed: 40 + column },
    artifacts: [anArtifact()],
    ...changes,
  });
const contactsOf = (job) => new Contacts(job, placeOf(job));

test("jobs find their places, in whatever order they come", () => {
  const contacts = contactsOf(cell("05", 1, 2));
  for (const job of [cell("01", 0, 0), cell("04", 1, 0)]) assert.ok(contacts.learn(job));
  assert.equal(contacts.picture(1, 2).key, "05/0");
  assert.equal(contacts.picture(0, 0).key, "01/0");
  assert.equal(contacts.picture(0, 1), null);
  assert.equal(contacts.prompt(1), "prompt 1");
  assert.equal(contacts.seed(2), 42);
  assert.equal(contacts.seed(1), null);
  assert.ok(!contacts.whole);
});

const STRANGERS = [
  ["no metadata", {}],
  ["another grid", { grid: "h", row: "0", column: "0", rows: "2", columns: "3" }],
  ["no such place", { grid: "g", row: "2", column: "0", rows: "2", columns: "3" }],
  ["no numbers", { grid: "g", row: "a", column: "", rows: "2", columns: "3" }],
];
for (const [why, metadata] of STRANGERS) {
  test(`a job with ${why} is none of the grid's`, () => {
    assert.ok(!contactsOf(cell("01", 0, 0)).learn(aJob({ id: "09", metadata })));
  });
}

test("a job that was submitted again fills its place once it has a picture", () => {
  const failed = cell("01", 0, 0, { status: "failed", artifacts: [] });
  const contacts = contactsOf(failed);
  contacts.learn(cell("09", 0, 0, { artifacts: [] }));
  assert.equal(contacts.cells[0][0].id, "09");
  contacts.learn(cell("09", 0, 0));
  contacts.learn(failed);
  assert.equal(contacts.picture(0, 0).key, "09/0");
});

test("an erased job leaves its place empty", () => {
  const contacts = contactsOf(cell("01", 0, 0));
  assert.ok(contacts.forget("01"));
  assert.ok(!contacts.forget("01"));
  assert.equal(contacts.picture(0, 0), null);
});

test("the jobs of a grid are fetched by the time at which they were made, until all are there", async () => {
  const all = [0, 1].flatMap((row) => [0, 1, 2].map((column) => cell(`${row}${column}`, row, column)));
  const asked = [];
  const pages = [all.slice(0, 4), all.slice(4), []];
  const api = {
    get: async (path) => {
      asked.push(new URLSearchParams(path.split("?")[1]));
      return { body: { data: pages[asked.length - 1], next: `page ${asked.length}` } };
    },
  };
  const contacts = contactsOf(all[0]);
  await gather(api, all[0], contacts);
  assert.ok(contacts.whole);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].get("cursor"), "page 1");
  // Those that have no picture yet, too.
  assert.equal(asked[0].get("pictures"), null);
  assert.ok(asked[0].get("after") < all[0].created_at && all[0].created_at < asked[0].get("before"));
});

test("words are broken into lines that fit, and long ones within", () => {
  const lengthOf = (line) => [...line].length;
  assert.deepEqual(wrapped("a red fox in the snow", 9, lengthOf), ["a red fox", "in the", "snow"]);
  assert.deepEqual(wrapped("猫猫猫猫猫", 2, lengthOf), ["猫猫", "猫猫", "猫"]);
  assert.deepEqual(wrapped("", 9, lengthOf), []);
  const many = wrapped("word ".repeat(100), 9, lengthOf);
  assert.equal(many.length, 14);
  assert.match(many.at(-1), /…$/);
});
