/** Contact sheets: the jobs of one grid of prompts by seeds, each in its place. */

import { listPath, EVERYTHING } from "./filter.js";
import { picturesOf } from "./pictures.js";

/** The jobs of a grid are submitted one after the other, within such a time at most. */
const SPAN_MS = 15 * 60_000;
const PAGE = 100;
const PAGES_MOST = 5;

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{grid: string, row: number, column: number, rows: number, columns: number}} Place
 */

/**
 * Where in which grid a job stands; null if in none.
 * @param {Job} job @returns {Place | null}
 */
export function placeOf(job) {
  const { grid, ...where } = job.metadata ?? {};
  const [row, column, rows, columns] = ["row", "column", "rows", "columns"].map((name) =>
    /^\d{1,3}$/.test(where[name] ?? "") ? Number(where[name]) : NaN);
  if (!grid || !(row < rows && column < columns)) return null;
  return { grid, row, column, rows, columns };
}

/** One grid, as its jobs become known. */
export class Contacts {
  /** @type {(Job | undefined)[][]} */
  cells;

  /** @param {Job} job One of its jobs, and its place. @param {Place} place */
  constructor(job, { grid, rows, columns }) {
    this.grid = grid;
    this.rows = rows;
    this.columns = columns;
    this.cells = Array.from({ length: rows }, () => new Array(columns).fill(undefined));
    this.learn(job);
  }

  /**
   * A job as it is now. Where one was submitted again, that which made a picture counts.
   * @param {Job} job @returns {boolean} Whether it is one of the grid's.
   */
  learn(job) {
    const place = placeOf(job);
    if (place?.grid !== this.grid || place.row >= this.rows || place.column >= this.columns) {
      return false;
    }
    const known = this.cells[place.row][place.column];
    if (!known || known.id === job.id || better(job, known)) {
      this.cells[place.row][place.column] = job;
    }
    return true;
  }

  /** A job is no more. @param {string} id @returns {boolean} Whether it was one of the grid's. */
  forget(id) {
    for (const row of this.cells) {
      const at = row.findIndex((job) => job?.id === id);
      if (at < 0) continue;
      row[at] = undefined;
      return true;
    }
    return false;
  }

  get whole() {
    return this.cells.every((row) => row.every((job) => job !== undefined));
  }

  /** @param {number} row */
  prompt(row) {
    return this.cells[row].find((job) => job?.task?.prompt)?.task.prompt ?? "";
  }

  /** @param {number} column @returns {number | null} */
  seed(column) {
    const job = this.cells.map((row) => row[column]).find((some) => some !== undefined);
    return job?.task?.seed ?? null;
  }

  /** @param {number} row @param {number} column @returns {Picture | null} */
  picture(row, column) {
    const job = this.cells[row][column];
    const [picture] = job ? picturesOf(job) : [];
    return picture?.artifact ? picture : null;
  }
}

/**
 * Fetch the jobs of a grid, which lie together in the list.
 * @param {Pick<import("../core/api.js").Api, "get">} api
 * @param {Job} job One of them. @param {Contacts} contacts
 */
export async function gather(api, job, contacts) {
  const made = Date.parse(job.created_at);
  const span = { after: made - SPAN_MS, before: made + SPAN_MS };
  let cursor = null;
  for (let page = 0; page < PAGES_MOST && !contacts.whole; page++) {
    const path = listPath(EVERYTHING, { limit: PAGE, cursor, ...span, unmade: true });
    const { body } = await api.get(path);
    for (const some of body.data) contacts.learn(some);
    cursor = body.next;
    if (!cursor) break;
  }
}

/** @param {Job} job @param {Job} known */
function better(job, known) {
  const [has, had] = [job, known].map((some) => picturesOf(some)[0].artifact !== null);
  return has === had ? job.id > known.id : has;
}
