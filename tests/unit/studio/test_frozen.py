"""A site in a folder is the site that was put there."""

from pathlib import Path

import pytest

from frontend.studio.site.build import Site
from frontend.studio.site.files import File
from frontend.studio.site.frozen import NotFrozen, is_frozen, read, write
from frontend.studio.site.headers import OPEN, Origins, header_rules

ORIGINS = Origins("https://cdn.example", "https://up.example")
FILES = {
    "/index.html": File(b"<!doctype html>", {"br": b"b", "gzip": b"g"}),
    "/ui/0123456789ab/core/api.js": File(b"export {};", {"gzip": b"g"}),
    "/favicon.ico": File(b"icon"),
}


def test_a_site_comes_back_with_the_origins_of_where_it_is_served(tmp_path: Path) -> None:
    write(Site(FILES, header_rules(OPEN, ["sha256-abc="])), tmp_path)
    site = read(tmp_path, ORIGINS)
    assert site.files == FILES
    assert tuple(site.rules) == header_rules(ORIGINS, ["sha256-abc="])


def test_the_compressed_copies_lie_beside_their_files(tmp_path: Path) -> None:
    write(Site(FILES, header_rules(OPEN)), tmp_path)
    assert (tmp_path / "index.html.br").read_bytes() == b"b"
    assert (tmp_path / "index.html.gz").read_bytes() == b"g"
    assert not (tmp_path / "favicon.ico.br").exists()


@pytest.mark.parametrize("missing", ["index.html", "headers.json"])
def test_a_folder_without_a_page_is_named_with_what_to_do(tmp_path: Path, missing: str) -> None:
    write(Site(FILES, header_rules(OPEN)), tmp_path)
    (tmp_path / missing).unlink()
    assert not is_frozen(tmp_path)
    with pytest.raises(NotFrozen, match=f"{tmp_path}.*make freeze"):
        read(tmp_path, ORIGINS)
