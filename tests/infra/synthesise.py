"""Synthesises every variant in one process: `python -m tests.infra.synthesise FOLDER SITE`.

It runs in the environment that has the CDK; the tests read what it writes.
"""

import sys
from pathlib import Path

import aws_cdk as cdk

from infra.app import build
from infra.deployment import Deployment
from tests.infra.variants import VARIANTS


def main() -> None:
    folder, site = map(Path, sys.argv[1:])
    for name, told in VARIANTS.items():
        deployment = Deployment.model_validate(told)
        frontend = deployment.frontend.model_copy(update={"frozen_site": site})
        app = cdk.App(outdir=str(folder / name))
        build(app, deployment.model_copy(update={"frontend": frontend}))
        app.synth()


if __name__ == "__main__":
    main()
