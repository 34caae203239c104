/** Days: pictures are grouped by the day on which they were asked for, where the reader is. */

import { language, t } from "../core/words.js";

/** @typedef {import("./pictures.js").Picture} Picture */

/**
 * @param {readonly Picture[]} pictures Newest first.
 * @returns {{day: string, from: number, to: number}[]} `day` is a date, and `to` not included.
 */
export function daysOf(pictures) {
  /** @type {{day: string, from: number, to: number}[]} */
  const days = [];
  pictures.forEach((picture, i) => {
    const day = dateOf(new Date(picture.job.created_at));
    const last = days.at(-1);
    if (last?.day === day) last.to = i + 1;
    else days.push({ day, from: i, to: i + 1 });
  });
  return days;
}

/**
 * A day as people say it.
 * @param {string} day @param {number} now Milliseconds since the epoch.
 */
export function dayTitle(day, now) {
  const today = new Date(now);
  if (day === dateOf(today)) return t("Today");
  today.setDate(today.getDate() - 1);
  if (day === dateOf(today)) return t("Yesterday");
  const [year, month, date] = day.split("-").map(Number);
  return new Intl.DateTimeFormat(language(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(year === new Date(now).getFullYear() ? {} : { year: "numeric" }),
  }).format(new Date(year, month - 1, date));
}

/** @param {Date} time */
function dateOf(time) {
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].join("-");
}
