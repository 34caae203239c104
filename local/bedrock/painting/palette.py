"""The colours of a picture: chosen by hour and place, then pulled toward the colours named."""

from dataclasses import dataclass, replace

import numpy as np

from local.bedrock.painting import colour
from local.bedrock.painting.colour import Colour, of
from local.bedrock.painting.lexicon import Wish


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours that everything in one picture is mixed from."""

    top: Colour
    """The sky at the upper edge."""
    mid: Colour
    low: Colour
    """The sky at the horizon, which is also the colour of mist."""
    light: Colour
    """Sun or moon, lit windows, shimmer."""
    far: Colour
    """The farthest land."""
    near: Colour
    """The nearest land."""
    accents: tuple[Colour, ...]

    def land(self, nearness: float) -> Colour:
        """The colour of land at a distance: 0 far, 1 near."""
        return colour.mix(self.far, self.near, nearness)


def _palette(top: str, mid: str, low: str, light: str, far: str, near: str, *rest: str) -> Palette:
    accents = tuple(of(code) for code in rest)
    return Palette(of(top), of(mid), of(low), of(light), of(far), of(near), accents)


_HOURS: dict[str, tuple[Palette, ...]] = {
    "day": (
        _palette("#4a93cf", "#93c5e6", "#f4ead4", "#fffbe8", "#a8c4cf", "#2f5f52",
                 "#e8644f", "#f6b93b", "#f8efe0", "#5a7fd6"),
        _palette("#6fb1c9", "#b9dcdc", "#fbf1dd", "#fffdf0", "#b4cbc4", "#3c6350",
                 "#f08a6c", "#f2c14e", "#fdf6e9", "#8c6bb1"),
        _palette("#3f7fbf", "#7fb8dd", "#dfeef0", "#fffbe3", "#93b3c9", "#2b4f5e",
                 "#ef6f6c", "#ffd166", "#fffaf0", "#465e9f"),
    ),
    "sunset": (
        _palette("#3b3a72", "#c8607f", "#ffc389", "#fff1c7", "#a75f80", "#281c3b",
                 "#ff8a5b", "#ffd479", "#f9c6c1", "#7c4d8f"),
        _palette("#d97b5c", "#f4a55f", "#fde0a0", "#fff6d2", "#d2815f", "#4b2b47",
                 "#e4572e", "#ffc857", "#fbe3c0", "#84486f"),
        _palette("#27406b", "#a9647f", "#f2ae86", "#ffe9bd", "#8b6488", "#1f2140",
                 "#f26b5e", "#ffcf73", "#f4d3c4", "#5a5aa0"),
    ),
    "dawn": (
        _palette("#7787bd", "#dfaabd", "#fee5cf", "#fff8e6", "#b294b5", "#454f70",
                 "#f2917b", "#fbd28b", "#fdeee4", "#7a6fb0"),
        _palette("#87b0cb", "#e8c4c4", "#fdebd3", "#fffaf0", "#b4aebf", "#4a5a6c",
                 "#ee8e82", "#f6cf7f", "#fff1e6", "#6d7fb8"),
    ),
    "night": (
        _palette("#0a1030", "#1b2b60", "#4a609c", "#f6f2dd", "#30457c", "#070c1f",
                 "#ffcf70", "#8fb4ff", "#e8e6f5", "#c86b98"),
        _palette("#0b1526", "#15385a", "#3f7f8f", "#f2f5e4", "#255a70", "#06121b",
                 "#ffd98a", "#8ee0d0", "#e6f2ef", "#e07a6a"),
        _palette("#140f33", "#33286b", "#7a5c9e", "#fdf0dc", "#493d83", "#0d0a20",
                 "#ffbf80", "#b69cff", "#f1e6f7", "#e2729a"),
    ),
    "storm": (
        _palette("#39475a", "#6d7d8b", "#b9c2c1", "#f3f1e2", "#7f8f98", "#22303a",
                 "#d6a24c", "#9fb7c3", "#e6e8e3", "#566f8f"),
    ),
    "fog": (
        _palette("#9fb0b8", "#c3cecf", "#e9ebe6", "#fdfbf1", "#bcc8c9", "#43575c",
                 "#c98a66", "#d8c08a", "#f3f3ee", "#6f8a94"),
    ),
    "space": (
        _palette("#070716", "#191342", "#3c1f5f", "#fff0d0", "#50307a", "#0a0817",
                 "#ff8f6b", "#6ec6ff", "#f3e6ff", "#e05aa8"),
        _palette("#040a18", "#0b2a45", "#0f4f63", "#f4f4e2", "#1f6a7c", "#050d16",
                 "#ffb35c", "#65e0d5", "#e9f6f3", "#7f7bff"),
    ),
    "retro": (
        _palette("#3d8080", "#8fbcae", "#f3e0b5", "#f8f0da", "#c99650", "#55382a",
                 "#d9572b", "#e3a72f", "#f5e6c4", "#1f5a63"),
        _palette("#c9532f", "#e2953f", "#f4d9a0", "#faf1d8", "#5d8f88", "#24474c",
                 "#d94f2b", "#efb73e", "#f6e7c8", "#8a3b2c"),
    ),
}  # fmt: skip

_PLACES: dict[str, tuple[Colour, Colour]] = {
    "autumn": (of("#dfa66a"), of("#7a3a1f")),
    "forest": (of("#8fb3a5"), of("#17392f")),
    "desert": (of("#e7b98c"), of("#9c4f2e")),
    "snow": (of("#bcd0e2"), of("#eef4f8")),
    "meadow": (of("#aacb9b"), of("#3f7a45")),
    "sea": (of("#8fb7cb"), of("#1f4a66")),
    "city": (of("#a9b6c6"), of("#2b3648")),
}
"""How a place colours its land, far and near, in daylight."""

_DAYLIGHT = {"day": 0.8, "dawn": 0.45, "sunset": 0.3, "fog": 0.45, "storm": 0.4}
"""How much of a place's own colour an hour lets through; in the dark very little."""


def choose(wish: Wish, rng: np.random.Generator, swatch: str = "") -> Palette:
    """The palette of a wish; a swatch is a style's own idea of daylight."""
    hour = "space" if "space" in wish.tags else wish.hour
    if swatch and hour in ("day", "dawn", "sunset"):
        hour = swatch
    variants = _HOURS[hour]
    palette = variants[int(rng.integers(len(variants)))]
    shown = _DAYLIGHT.get(hour, 0.16)
    if "snow" in wish.tags:
        shown = max(shown, 0.5)  # snow is pale at any hour
    for place in _PLACES:
        if place in wish.tags:
            far, near = _PLACES[place]
            palette = replace(
                palette,
                far=colour.mix(palette.far, far, shown),
                near=colour.mix(palette.near, near, shown),
            )
            break
    land = wish.coat("land")
    if land:
        palette = replace(
            palette,
            far=colour.toward(palette.far, land, 0.85),
            near=colour.toward(palette.near, land, 0.85),
            low=colour.mix(palette.low, land, 0.12),
        )
    return _named(palette, wish.colours, land)


def _named(palette: Palette, names: tuple[Colour, ...], own_land: Colour | None) -> Palette:
    """The first named colour takes the sky and the whole mood; the second takes the land."""
    if not names:
        return palette
    sky, land = names[0], own_land or names[min(1, len(names) - 1)]

    def pull(own: Colour, named: Colour, share: float = 0.9) -> Colour:
        return colour.toward(own, named, share)

    return Palette(
        top=pull(palette.top, sky),
        mid=pull(palette.mid, sky),
        low=pull(palette.low, sky, 0.75),
        light=pull(palette.light, sky, 0.25),
        far=pull(palette.far, land, 0.85),
        near=pull(palette.near, land, 0.7),
        accents=(*names, *(pull(accent, sky, 0.3) for accent in palette.accents))[:4],
    )
