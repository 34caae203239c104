import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { Problem } from "../../../frontend/studio/ui/core/problem.js";
import { picturesOf } from "../../../frontend/studio/ui/gallery/pictures.js";
import { zipOf } from "../../../frontend/studio/ui/gallery/zip.js";
import { aJob, anArtifact } from "../fakes.mjs";

const pictures = (n) =>
  picturesOf(aJob({
    artifacts: Array.from({ length: n }, (_, k) => ({
      ...anArtifact(k), seed: 7, content_type: "image/png",
    })),
  }));
const bytes = (k) => new Blob([`picture ${k}`]);
const broken = () => new Problem({ status: 403, code: "x", title: "No", detail: "Not for you." });

/** What a zip without compression holds, by the names in its central directory. */
async function unzipped(stream) {
  const zip = Buffer.from(await new Response(stream).arrayBuffer());
  const files = new Map();
  let at = zip.readUInt32LE(zip.lastIndexOf("PK\x05\x06", undefined, "latin1") + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [method, size, nameLength] =
      [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28)];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    assert.equal(method, 0, "nothing is compressed");
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.set(name, zip.toString("utf8", from, from + size));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

test("a zip has every picture as it is, under names of its own, and their settings", async () => {
  const done = [];
  const { stream, missing } = await zipOf(pictures(3), {
    read: async ({ k }) => bytes(k),
    progress: (n) => done.push(n),
  });
  const files = await unzipped(stream);
  assert.deepEqual([...files.keys()], ["a-fox-7.png", "a-fox-7-2.png", "a-fox-7-3.png", "settings.json"]);
  assert.equal(files.get("a-fox-7-2.png"), "picture 1");
  const settings = JSON.parse(files.get("settings.json")).pictures;
  assert.equal(settings[2].file, "a-fox-7-3.png");
  assert.equal(settings[2].task.prompt, "A fox");
  assert.deepEqual(missing, []);
  assert.deepEqual(done, [1, 2, 3]);
});

test("a picture that cannot be had is named, in the zip, too, and the others are there", async () => {
  const { stream, missing } = await zipOf(pictures(3), {
    read: async ({ k }) => {
      if (k === 1) throw broken();
      return bytes(k);
    },
  });
  const files = await unzipped(stream);
  assert.deepEqual([...files.keys()], ["a-fox-7.png", "a-fox-7-3.png", "settings.json"]);
  assert.deepEqual(missing.map(({ file }) => file), ["a-fox-7-2.png"]);
  const settings = JSON.parse(files.get("settings.json")).pictures;
  assert.equal(settings[1].missing, "Not for you.");
  assert.ok(!("missing" in settings[0]));
});

test("a few pictures are fetched ahead, and never all at once", async () => {
  let [now, most] = [0, 0];
  const { stream } = await zipOf(pictures(12), {
    read: async ({ k }) => {
      most = Math.max(most, ++now);
      await new Promise((later) => setTimeout(later, 1));
      now -= 1;
      return bytes(k);
    },
  });
  await unzipped(stream);
  assert.ok(most > 1 && most <= 3, `${most}`);
});

test("who stops gets no zip", async () => {
  const stop = new AbortController();
  const { stream } = await zipOf(pictures(9), {
    signal: stop.signal,
    read: async ({ k }) => {
      if (k === 2) stop.abort();
      return bytes(k);
    },
  });
  await assert.rejects(new Response(stream).arrayBuffer(), { name: "AbortError" });
});

test("the library that writes zips is the one that was published, byte for byte", async () => {
  const ours = "../../../frontend/studio/ui/vendor/client-zip/client-zip.js";
  const theirs = createRequire(import.meta.url).resolve("client-zip");
  assert.deepEqual(await readFile(new URL(ours, import.meta.url)), await readFile(theirs));
});
