"""`python -m canvas_queue` is `canvas-queue`."""

from canvas_queue.cli import main

main()
