"""The /v1 JSON API: routes, documents, problems, and who is asking."""
