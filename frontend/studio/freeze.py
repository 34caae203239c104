"""Freeze the studio: `python -m frontend.studio.freeze` writes it down as a static site."""

import argparse
import shutil
import sys
from pathlib import Path

from frontend.studio.site.build import drawn_site
from frontend.studio.site.frozen import is_frozen, write
from frontend.studio.site.headers import OPEN
from shared.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="frontend.studio.freeze", description=__doc__)
    default = Settings().frozen_studio
    parser.add_argument("--to", type=Path, default=default, help=f"the folder ({default})")
    folder: Path = parser.parse_args().to
    if folder.exists() and not is_frozen(folder) and not _is_empty(folder):
        sys.exit(f"freeze: {folder} is something else than a frozen page; name another folder")
    site = drawn_site(OPEN, thoroughly=True)
    # Beside it first: who serves the old one meanwhile has all of the old one.
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    write(site, new)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    print(f"The studio is frozen: {len(site.files)} files in {folder}")


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


if __name__ == "__main__":
    main()
