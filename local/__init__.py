"""The whole system on one machine, for development, tests and demonstrations."""
