"""The queue: what carries messages from those who accept jobs to those who run them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.lines import Lane
from shared.messages import JobMessage


@dataclass(frozen=True)
class Delivery:
    """One receipt of a message. ``body`` is unchecked."""

    body: str
    receipt: str
    message_id: str
    receives: int
    owner: str | None = None
    trace: str | None = None
    lane: Lane = Lane.NORMAL
    dead: bool = False
    """It lies with the dead letters, and not on its lane."""


class Queue(Protocol):
    """Carries job messages, at least once."""

    async def send(
        self,
        message: JobMessage,
        *,
        lane: Lane,
        owner: str,
        delay: timedelta = timedelta(),
        trace: str | None = None,
    ) -> None:
        """Put a message on a lane, hidden for ``delay`` (at most 15 minutes, whole seconds)."""

    async def receive(self, lane: Lane, *, at_most: int, wait: timedelta) -> list[Delivery]:
        """One to ten messages, waiting up to ``wait`` (at most 20 s) for the first."""

    async def delete(self, delivery: Delivery) -> None:
        """The message is dealt with. Deleting it twice changes nothing."""

    async def hide(self, delivery: Delivery, span: timedelta) -> None:
        """Show the message again only after ``span`` (whole seconds, at most 12 hours).

        A receipt that is no longer good is let pass: the message is somebody else's by now.
        """

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """Move the message to the dead letters, with the reason; no lane shows it again."""

    async def dead_letters(self, *, at_most: int) -> list[Delivery]:
        """One to ten messages that were buried, or received too often; none if there are none.

        They are hidden, hidden for longer, and deleted as any other.
        """
