"""Apart: the page is drawn in a process of its own, which takes Gradio and its memory with it."""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import PIPE
from dataclasses import astuple

from frontend.studio.site.build import Site, drawn_site
from frontend.studio.site.headers import Origins

SECRET = ("AWS_", "AMP_", "CANVAS_")
"""How the names of settings begin. Who draws needs none of them."""


class NotDrawn(RuntimeError):
    """The page could not be drawn; says how drawing ended."""


async def drawn_apart(origins: Origins) -> Site:
    """The whole site. Raises ``NotDrawn``."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith(SECRET)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, *astuple(origins)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        # It finds what we have found, wherever we were started.
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        drawn, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise NotDrawn(said.decode(errors="replace").strip() or f"exit code {process.returncode}")
    site: Site = pickle.loads(drawn)
    return site


def main() -> None:
    # What anybody prints meanwhile must not get among the bytes of the site.
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    out.write(pickle.dumps(drawn_site(Origins(*sys.argv[1:]))))
    out.flush()
    # To put away all that Gradio has imported would take a quarter of the time again.
    os._exit(0)


if __name__ == "__main__":
    main()
