"""Stability AI's models on the wire: three that start from words, thirteen that edit pictures."""
