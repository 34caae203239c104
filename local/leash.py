"""Run a Python module that ends when its parent does: `python leash.py MODULE [ARGUMENT …]`.

The parent holds the other end of standard input. Whatever ends the parent, even SIGKILL, closes it;
then the module gets SIGTERM, and after a while SIGKILL. Needs only the standard library, so that it
can run in any environment.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 30


def _hold() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    threading.Thread(target=_hold, daemon=True, name="leash").start()
    module, *arguments = sys.argv[1:]
    # Run as a script, this file put its own folder first on the path; modules come from here.
    sys.path[0] = os.getcwd()  # noqa: PTH109
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
