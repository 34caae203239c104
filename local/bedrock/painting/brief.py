"""What a picture is painted from."""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Brief:
    """One picture to paint. Equal briefs give equal pixels."""

    prompt: str
    width: int
    height: int
    seed: int
    negative: str = ""
    style: str = ""

    def stream(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose.

        Each purpose has its own stream, and the negative words are in none of them, so that
        leaving a motif out changes nothing else in the picture.
        """
        words = f"{self.seed}\n{self.prompt}\n{self.style}\n{purpose}"
        digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))
