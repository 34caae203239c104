"""The core: tasks, jobs, policies and ports. Knows no web page, no HTTP server and no Lambda."""
