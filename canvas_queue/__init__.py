"""What users install: the `canvas-queue` command."""
