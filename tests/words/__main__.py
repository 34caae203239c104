"""`make words`: puts the files of words in order, and names what is missing in each."""

import json
import sys

from tests.words.files import Words, known_as, languages
from tests.words.heard import heard
from tests.words.said import said


def main() -> int:
    missing = False
    for language in languages():
        words = Words.of(language)
        keys = [known_as(sentence, words.heard) for sentence in heard()]
        lacking = {
            "said": [sentence for sentence in said() if sentence not in words.said],
            "heard": [s for s, key in zip(heard(), keys, strict=True) if key is None],
        }
        kept = Words(
            said={s: words.said[s] for s in said() if s in words.said},
            heard={key: words.heard[key] for key in dict.fromkeys(keys) if key is not None},
        )
        kept.write(language)
        for dropped in sorted((words.said.keys() - kept.said) | (words.heard.keys() - kept.heard)):
            print(f"{language}.json no longer has “{dropped}”, which nobody says")
        if any(lacking.values()):
            missing = True
            print(f"{language}.json lacks", json.dumps(lacking, indent=2, ensure_ascii=False))
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
