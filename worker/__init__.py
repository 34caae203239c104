"""The worker: runs jobs, in Lambda or as a container."""
