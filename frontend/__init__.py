"""The web face of the service: the /v1 API and the studio page. Holds no state."""
