"""Amazon Nova Canvas on the wire: seven tasks, their rules, and how each is drawn."""
