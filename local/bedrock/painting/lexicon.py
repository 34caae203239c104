"""What the painter understands of a prompt: a place, an hour, motifs and colours."""

import re
from dataclasses import dataclass

from local.bedrock.painting.colour import Colour, of

_COLOURS: dict[str, Colour] = {
    name: of(code)
    for code, names in {
        "#d62828": "red crimson scarlet ruby vermilion",
        "#8a1538": "burgundy maroon",
        "#f3722c": "orange tangerine",
        "#e9a61c": "gold golden amber mustard",
        "#f7d002": "yellow lemon",
        "#3f9b3f": "green lime olive",
        "#0e8f62": "emerald jade",
        "#14958f": "teal",
        "#2ec4c6": "turquoise cyan aqua",
        "#1f5fd0": "blue azure cobalt sapphire",
        "#1b2f78": "navy indigo",
        "#7a35c4": "purple violet",
        "#a58bdc": "lavender lilac",
        "#d62c9a": "magenta fuchsia",
        "#f07fae": "pink",
        "#f58a78": "coral salmon",
        "#7a4a2a": "brown sepia copper",
        "#dcc7a0": "beige cream ivory",
        "#101014": "black",
        "#fafafa": "white",
        "#8c8f94": "grey gray silver",
    }.items()
    for name in names.split()
}

VOCABULARY: dict[str, str] = {
    "night": "night midnight nocturnal starry moonlit moonlight dark nightfall",
    "sunset": "sunset dusk evening twilight sundown",
    "dawn": "dawn sunrise morning daybreak",
    "storm": "storm stormy thunder thunderstorm overcast gloomy rain rainy",
    "fog": "fog foggy mist misty haze hazy",
    "day": "day noon sunny daylight midday",
    "sun": "sun sunny",
    "moon": "moon moonlit moonlight crescent",
    "stars": "star starry galaxy constellation milky",
    "cloud": "cloud cloudy overcast",
    "rain": "rain rainy drizzle raining",
    "aurora": "aurora borealis",
    "rainbow": "rainbow",
    "mountain": "mountain peak alp alpine summit cliff volcano fjord himalaya everest",
    "hill": "hill valley land grass field countryside",
    "sea": "sea ocean beach coast shore island wave surf tropical bay harbour harbor whale "
    "dolphin ship lighthouse",
    "lake": "lake river pond lagoon reflection water stream fjord",
    "forest": "forest wood woodland pine jungle fir taiga grove",
    "desert": "desert dune sahara sand canyon mesa cactus",
    "city": "city skyline town downtown skyscraper street urban metropolis cyberpunk building "
    "tokyo london paris",
    "snow": "snow snowy winter ice icy arctic frozen glacier christmas",
    "meadow": "meadow spring garden field farm",
    "flower": "flower garden tulip rose daisy poppy blossom sunflower bouquet orchid wildflower "
    "lily meadow spring",
    "autumn": "autumn fall october",
    "space": "space galaxy nebula planet cosmos cosmic universe astronaut interstellar",
    "planet": "planet saturn mars jupiter",
    "tree": "tree oak willow maple cherry bonsai orchard",
    "cactus": "cactus saguaro",
    "house": "house cottage cabin home hut farmhouse barn village",
    "castle": "castle palace fortress tower kingdom",
    "lighthouse": "lighthouse",
    "boat": "boat ship sailboat yacht sail sailing canoe",
    "balloon": "balloon",
    "bird": "bird gull seagull crane swallow geese flock eagle",
    "cat": "cat kitten kitty tabby",
    "dog": "dog puppy hound corgi retriever wolf",
    "fox": "fox",
    "rabbit": "rabbit bunny hare",
    "bear": "bear panda",
    "owl": "owl",
    "deer": "deer stag elk moose reindeer",
    "whale": "whale dolphin orca",
    "person": "person man boy traveller traveler wanderer hiker samurai wizard knight girl child "
    "figure astronaut couple",
    "portrait": "portrait woman face lady queen king headshot selfie",
    "abstract": "abstract pattern geometric fractal texture wallpaper swirl",
}
"""The words for each motif, hour and place."""

_HOURS = ("night", "sunset", "dawn", "storm", "fog", "day")
_SUBJECTS = frozenset(
    [
        "moon",
        "sun",
        "flower",
        "tree",
        "house",
        "castle",
        "boat",
        "balloon",
        "bird",
        "cat",
        "dog",
        "fox",
        "rabbit",
        "bear",
        "owl",
        "deer",
        "whale",
        "person",
        "portrait",
        "lighthouse",
        "cactus",
    ]
)
"""Things that a colour word right before them colours, instead of the whole picture."""


_LAND = frozenset(["mountain", "hill", "forest", "desert", "meadow", "city"])


def _by_word() -> dict[str, frozenset[str]]:
    tags: dict[str, set[str]] = {}
    for tag, words in VOCABULARY.items():
        for word in words.split():
            tags.setdefault(word, set()).add(tag)
    return {word: frozenset(found) for word, found in tags.items()}


_TAGS = _by_word()


@dataclass(frozen=True, slots=True)
class Wish:
    """A prompt as the painter understands it."""

    hour: str
    """The hour named, or an empty string."""
    tags: frozenset[str]
    colours: tuple[Colour, ...]
    """Colours for the whole picture, in the order they were named."""
    coats: tuple[tuple[str, Colour], ...]
    """Colours that belong to one subject: the red of "a red balloon", or to the ``land``."""
    unwanted: frozenset[str]
    """What the negative words name."""

    def coat(self, subject: str) -> Colour | None:
        return dict(self.coats).get(subject)


def read(prompt: str, negative: str = "") -> Wish:
    """Understand a prompt; whatever the negative words name is left out."""
    unwanted_words = _words(negative)
    unwanted = frozenset(tag for word in unwanted_words for tag in _tags(word))
    tags: list[str] = []
    colours: list[Colour] = []
    coats: dict[str, Colour] = {}
    words = _words(prompt)
    for place, word in enumerate(words):
        tags.extend(tag for tag in sorted(_tags(word)) if tag not in unwanted)
        named = None if word in unwanted_words else _COLOURS.get(word)
        if named is None:
            continue
        subject = _subject_after(words, place)
        if subject is None:
            colours.append(named)
        else:
            coats.setdefault(subject, named)
    hour = next((tag for tag in _HOURS if tag in tags), "")
    return Wish(hour, frozenset(tags), tuple(colours[:4]), tuple(coats.items()), unwanted)


def colours(text: str) -> tuple[Colour, ...]:
    """The colours that a text names, in its order."""
    return tuple(_COLOURS[word] for word in _words(text) if word in _COLOURS)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _tags(word: str) -> frozenset[str]:
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), f"{word[:-3]}y"):
        if form in _TAGS:
            return _TAGS[form]
    return frozenset()


def _subject_after(words: list[str], place: int) -> str | None:
    for word in words[place + 1 : place + 3]:
        found = _SUBJECTS & _tags(word)
        if found:
            return min(found)
        if _tags(word) & _LAND:
            return "land"
        if _tags(word):
            return None
    return None
