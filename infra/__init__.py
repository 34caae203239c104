"""The service on AWS as code: a CDK app, one construct for each capability."""
