"""Run the worker where it finds itself, `python -m worker`: a Lambda function, or a poller."""

import os
import sys

HANDLER = "worker.lambda_handler.handler"


def main() -> None:
    """Under Lambda's runtime an argument may name another handler."""
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        # Each is loaded only where it runs: it is part of a cold start.
        from awslambdaric.__main__ import main as serve_lambda

        program, *named = sys.argv
        serve_lambda([program, *(named or [HANDLER])])
    else:
        from worker.poller import main as poll

        poll()


if __name__ == "__main__":
    main()
