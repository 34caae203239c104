"""Headers that CloudFront adds to answers, sorted into the kinds that its policies know."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

HSTS = cdk.Duration.days(365)
_FRAMES = {
    "DENY": cloudfront.HeadersFrameOption.DENY,
    "SAMEORIGIN": cloudfront.HeadersFrameOption.SAMEORIGIN,
}


def headers_policy(
    scope: Construct, id: str, headers: Mapping[str, str]
) -> cloudfront.ResponseHeadersPolicy:
    """A policy that sends these headers (names in lower case), and that HTTPS is to be kept to."""
    rest = dict(headers)
    csp = rest.pop("content-security-policy", None)
    frame = rest.pop("x-frame-options", None)
    referrer = rest.pop("referrer-policy", None)
    sniff = rest.pop("x-content-type-options", None)
    rest.pop("strict-transport-security", None)
    return cloudfront.ResponseHeadersPolicy(
        scope,
        id,
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=HSTS, include_subdomains=False, override=True
            ),
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=csp, override=True
            )
            if csp
            else None,
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=_FRAMES[frame.upper()], override=True
            )
            if frame
            else None,
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=_referrer(referrer), override=True
            )
            if referrer
            else None,
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True)
            if sniff
            else None,
        ),
        custom_headers_behavior=_custom(rest) if rest else None,
    )


def _custom(headers: Mapping[str, str]) -> cloudfront.ResponseCustomHeadersBehavior:
    return cloudfront.ResponseCustomHeadersBehavior(
        custom_headers=[
            cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
            for name, value in sorted(headers.items())
        ]
    )


def _referrer(policy: str) -> cloudfront.HeadersReferrerPolicy:
    return cloudfront.HeadersReferrerPolicy[policy.upper().replace("-", "_")]
