"""The painter: words, a size, a style and a seed in, a picture out."""
