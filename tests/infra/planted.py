"""A deployment with a flaw in it, which the review has to find: `python -m tests.infra.planted`."""

import sys

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from infra.app import build
from infra.deployment import Deployment

app = cdk.App(outdir=sys.argv[1])
s3.Bucket(build(app, Deployment()), "Planted")
app.synth()
