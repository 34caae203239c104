import assert from "node:assert/strict";
import { test } from "node:test";

import { PIECES_MOST, surplus } from "../../../frontend/studio/ui/pictures/shelf.js";
import { Uploads } from "../../../frontend/studio/ui/pictures/uploads.js";
import { settled } from "../fakes.mjs";

const picture = (key) => ({ key, blob: new Blob([key], { type: "image/png" }), name: key });

/** Uploads to a server that takes everything; `posts` may hold one back. */
function uploads({ kept = [], post = async () => {} } = {}) {
  const invited = [];
  const shelf = {
    pieces: new Map(kept.map((piece) => [piece.key, piece])),
    async keep(prepared, sent = null) {
      this.pieces.set(prepared.key, { ...prepared, upload: null, sentAt: 0, ...sent });
    },
    async find({ key }) {
      return this.pieces.get(key) ?? null;
    },
  };
  const api = {
    async post(path, body) {
      invited.push(body);
      return { body: { id: `u${invited.length}` } };
    },
  };
  return { made: new Uploads(api, shelf, { post, now: () => 5000 }), shelf, invited };
}

test("the same picture in two fields is sent once", async () => {
  const { made, invited } = uploads();
  const [one, other] = [made.take(picture("a")), made.take(picture("a"))];
  assert.equal(await one.arrived(), "u1");
  assert.equal(await other.arrived(), "u1");
  assert.equal(await made.take(picture("a")).arrived(), "u1");
  assert.equal(invited.length, 1);
});

test("a picture is kept before it is sent, and then with its upload", async () => {
  let finish;
  const { made, shelf } = uploads({ post: () => new Promise((end) => (finish = end)) });
  const transfer = made.take(picture("a"));
  await settled();
  assert.equal(shelf.pieces.get("a").upload, null);
  finish();
  await transfer.arrived();
  await settled();
  assert.equal(shelf.pieces.get("a").upload, "u1");
  assert.equal(shelf.pieces.get("a").sentAt, 5000);
});

test("what was sent on an earlier visit is not sent again", async () => {
  const { made, invited } = uploads({ kept: [{ ...picture("a"), upload: "old", sentAt: 4000 }] });
  // Two fields at once, as after a reload.
  const [one, other] = [made.take(picture("a")), made.take(picture("a"))];
  assert.equal(await one.arrived(), "old");
  assert.equal(await other.arrived(), "old");
  assert.equal(invited.length, 0);
});

test("a picture is sent for as long as one field shows it", async () => {
  let finish;
  const { made } = uploads({ post: () => new Promise((end) => (finish = end)) });
  const transfer = made.take(picture("a"));
  made.take(picture("a"));
  await settled();
  made.release("a");
  assert.equal(transfer.state.step, "sending");
  finish();
  assert.equal(await transfer.arrived(), "u1");
});

test("a picture that no field shows is stopped, and begins anew when it comes back", async () => {
  const { made, invited } = uploads({ post: () => new Promise(() => {}) });
  const first = made.take(picture("a"));
  await settled();
  made.release("a");
  assert.equal(first.state.step, "stopped");
  const second = made.take(picture("a"));
  await settled();
  assert.equal(second.state.step, "sending");
  assert.equal(invited.length, 2);
});

test("a picture that is taken away at once is never sent", async () => {
  const { made, invited } = uploads();
  made.take(picture("a"));
  made.release("a");
  await settled();
  assert.equal(invited.length, 0);
});

test("the shelf has room for the latest", () => {
  const pieces = Array.from({ length: PIECES_MOST + 2 }, (_, i) => ({ key: `${i}`, bytes: 1, usedAt: i }));
  assert.deepEqual(surplus(pieces), ["1", "0"]);
  const heavy = [
    { key: "new", bytes: 60, usedAt: 3 },
    { key: "middle", bytes: 60, usedAt: 2 },
    { key: "old", bytes: 1, usedAt: 1 },
  ];
  assert.deepEqual(surplus(heavy, { bytesMost: 100 }), ["middle", "old"]);
});
