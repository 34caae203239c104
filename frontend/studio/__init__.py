"""The studio: the page on which people ask for pictures; it talks to the API only."""
