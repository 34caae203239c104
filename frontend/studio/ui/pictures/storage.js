/** Storage: one presigned form, posted with its file; storage answers in XML, when it answers. */

import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";

/** For so long nothing may move: a connection that hangs says nothing by itself. */
export const SILENCE_MS = 30_000;

/**
 * @typedef {{url: string, fields: Record<string, string>}} Form
 * @typedef {object} World
 * @property {() => XMLHttpRequest} [request] `fetch` cannot tell how much was sent.
 * @property {(run: () => void, ms: number) => unknown} [setTimer]
 * @property {(timer: any) => void} [clearTimer]
 */

/**
 * Send a file by its form.
 * @param {Form} form
 * @param {Blob} file
 * @param {{progress?: (ratio: number) => void, signal?: AbortSignal}} [watch]
 * @param {World} [world]
 * @returns {Promise<void>} Rejects with a `Problem`; once aborted, it never settles.
 */
export function post({ url, fields }, file, { progress, signal } = {}, world = {}) {
  const request = (world.request ?? (() => new XMLHttpRequest()))();
  const setTimer = world.setTimer ?? ((run, ms) => setTimeout(run, ms));
  const clearTimer = world.clearTimer ?? ((timer) => clearTimeout(timer));
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  // S3 ignores every field after it.
  body.append("file", file);

  return new Promise((resolve, reject) => {
    /** @type {unknown} */
    let timer = null;
    const listen = () => {
      clearTimer(timer);
      timer = setTimer(() => {
        request.onabort = null;
        request.abort();
        reject(silent());
      }, SILENCE_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      listen();
      progress?.(total > 0 ? loaded / total : 0);
    };
    request.onload = () => {
      clearTimer(timer);
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(refusal(request.status, request.responseText));
    };
    request.onerror = () => {
      clearTimer(timer);
      reject(silent());
    };
    request.onabort = () => clearTimer(timer);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", url);
    listen();
    request.send(body);
  });
}

/** No answer came: no network, or a wall in between. */
function silent() {
  return new Problem({
    status: 0,
    code: "storage_unreachable",
    title: t("No connection"),
    detail: t("The storage for pictures could not be reached."),
  });
}

/** Errors that another form mends (Amazon S3 API reference, error responses). */
const OUTDATED = ["ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "TokenRefreshRequired"];

/**
 * @param {number} status
 * @param {string} answer
 */
export function refusal(status, answer) {
  const code = /<Code>(\w+)<\/Code>/.exec(answer)?.[1] ?? "";
  const message = /<Message>([^<]*)<\/Message>/.exec(answer)?.[1] ?? "";
  if (OUTDATED.includes(code) || /policy expired/i.test(message)) {
    return new Problem({
      status,
      code: "form_expired",
      title: t("Too late"),
      detail: t("The time for sending this picture had run out."),
    });
  }
  if (code === "EntityTooLarge") {
    return new Problem({
      status,
      code: "too_large",
      title: t("Too large"),
      detail: t("The picture has more bytes than storage takes."),
    });
  }
  const busy = status >= 500 || ["RequestTimeout", "SlowDown", "InternalError"].includes(code);
  return new Problem({
    // S3 tells some of its own troubles with a status that blames the client.
    status: busy && status < 500 ? 503 : status,
    code: busy ? "storage_busy" : "storage_refused",
    title: t("Not stored"),
    detail: busy
      ? t("The storage for pictures is busy.")
      : t("The storage for pictures refused it ({reason}).", { reason: code || status }),
  });
}
