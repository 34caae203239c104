"""Shares: links by which anybody sees a job's pictures, until they end or are taken back."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from shared.clock import Clock
from shared.errors import NotShareable, ShareEnded
from shared.frozen import Frozen
from shared.ids import LENGTH, spelt
from shared.jobs import Job
from shared.limits import SHARES, Limits
from shared.messages import JobId
from shared.ports.jobs import JobStore
from shared.statuses import JobStatus

SHARE_LEAST, SHARE_USUAL, SHARE_MOST = timedelta(hours=1), timedelta(days=7), timedelta(days=30)
"""How long a share may live."""
REMEMBERED = timedelta(days=30)
"""How long a share that has ended is known, to answer “ended” and not “unknown”."""
TOKEN_PATTERN = r"^[0-9a-hjkmnp-tv-z]{52}$"
"""The job's id, and 130 bits of chance. A share's id looks alike, and opens nothing."""


class Share(Frozen):
    """A share as it is kept: everything but the token, which only whom it is given to has."""

    fingerprint: str
    """What is left of the token: enough to tell that it is the right one."""
    job_id: JobId
    owner: str
    created_at: datetime
    expires_at: datetime
    show_settings: bool
    """Whether the words and settings are shown beside the pictures."""
    revoked_at: datetime | None = None

    @property
    def id(self) -> str:
        """Names the share to its owner."""
        return self.job_id + self.fingerprint

    def open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class Shares(Protocol):
    """Remembers shares. Any method may raise ``StoreUnavailable``."""

    async def add(self, share: Share) -> None:
        """Keep a share; one with the same job and fingerprint is replaced."""

    async def find(self, job_id: JobId, fingerprint: str) -> Share | None:
        """The share as last written (a strongly consistent read), or None."""

    async def of_job(self, job_id: JobId) -> list[Share]:
        """All shares of a job that are known, open or not, in no particular order."""

    async def revoke(self, share: Share, now: datetime) -> None:
        """Note that the share was taken back; the first time counts. Nothing if it is gone."""


@dataclass(frozen=True)
class Sharer:
    """Makes shares, opens them and takes them back."""

    jobs: JobStore
    shares: Shares
    limits: Limits
    clock: Clock
    random: Random

    async def share(
        self, job: Job, *, owner: str, network: str, lives: timedelta, show_settings: bool
    ) -> tuple[Share, str]:
        """A share of a job's pictures, and its token, which is told only now.

        It never outlives the job. Raises ``NotShareable`` or ``LimitReached``.
        """
        if job.status is not JobStatus.SUCCEEDED or not job.images_done:
            raise NotShareable("Only a finished job that has pictures can be shared.")
        now = self.clock()
        await self.limits.take_one(SHARES, owner=owner, network=network, now=now)
        token = job.id + spelt(self.random.getrandbits(130), LENGTH)
        share = Share(
            fingerprint=_fingerprint(token),
            job_id=job.id,
            owner=job.owner,
            created_at=now,
            expires_at=min(now + lives, job.expires_at),
            show_settings=show_settings,
        )
        await self.shares.add(share)
        return share, token

    async def open(self, token: str) -> tuple[Share, Job] | None:
        """The share of a token, and its job; None if there never was one.

        Raises ``ShareEnded``.
        """
        share = await self.shares.find(token[:LENGTH], _fingerprint(token))
        if share is None:
            return None
        if share.revoked_at is not None:
            raise ShareEnded("revoked")
        if not share.open(self.clock()):
            raise ShareEnded("expired")
        job = await self.jobs.get(share.job_id)
        if job is None:
            raise ShareEnded("erased")
        return share, job

    async def open_shares(self, job: Job) -> list[Share]:
        """The shares of a job through which it can be seen now, the newest first."""
        now = self.clock()
        known = [share for share in await self.shares.of_job(job.id) if share.open(now)]
        return sorted(known, key=lambda share: share.created_at, reverse=True)

    async def named(self, name: str) -> Share | None:
        """The share with that token, or with that id; None if there is none."""
        of_token = await self.shares.find(name[:LENGTH], _fingerprint(name))
        return of_token or await self.shares.find(name[:LENGTH], name[LENGTH:])

    async def revoke(self, share: Share) -> None:
        await self.shares.revoke(share, self.clock())


def _fingerprint(token: str) -> str:
    """The token is mostly chance, so a plain hash of it cannot be guessed back."""
    return spelt(int.from_bytes(hashlib.sha256(token.encode()).digest()), LENGTH)
