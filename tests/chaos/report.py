"""The report of a storm, as it stands in benchmarks/RESULTS.md."""

import os
import platform
from collections import Counter
from datetime import UTC, datetime

from shared.money import usd
from tests.chaos.storm import Report

SHOWN = 20


def as_text(report: Report) -> str:
    verdict, plan = report.verdict, report.plan
    killed = Counter(kill.name.partition(" ")[0].partition("-")[0] for kill in report.kills)
    rows = {
        "jobs accepted": f"{verdict.accepted:,} of {plan.orders:,} ordered",
        "accepted without a client being told": f"{verdict.unheard}",
        "final states": _listed(verdict.ends),
        "lost, stuck, settled twice, changed after their end": "0"
        if not verdict.wrongs
        else f"{len(verdict.wrongs)} wrong",
        "pictures, all stored byte for byte": f"{verdict.pictures:,}",
        "processes killed by SIGKILL": f"{len(report.kills)}: {_listed(killed)}",
        "AWS refused everyone": f"{len(report.refusals)} times, "
        f"{sum(end - begin for begin, end in report.refusals):.0f} s in all",
        "messages sent twice by hand": f"{report.doubled}",
        "requests that clients sent again": f"{report.repeated:,}",
        "requests that reached the models": f"{report.requests:,}",
        "paid calls": f"{verdict.paid:,}, all on record; {verdict.noted} more on record "
        "and never made",
        "paid again for the same picture": f"{verdict.again.total()}: {_listed(verdict.again)}",
        "charged": f"${usd(verdict.charged)}",
        "held by submissions cut short": f"${usd(verdict.held)}",
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    wrongs = "\n".join(f"- {wrong}" for wrong in verdict.wrongs[:SHOWN])
    more = len(verdict.wrongs) - SHOWN
    return (
        f"`make chaos`, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d}, {report.seconds:.0f} s.\n\n| what | how much |\n|---|---|\n"
        f"{table}\n"
        + (f"\n{wrongs}\n" if wrongs else "")
        + (f"… and {more} more\n" if more > 0 else "")
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.most_common()) or "none"
