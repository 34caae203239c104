"""Pictures behind signed links, on a CloudFront domain of their own.

It is apart from the site because pictures are users' content: nothing here has a cookie to lose.
"""

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.cloudfront import accept_defaults, runs
from infra.response_headers import headers_policy
from infra.storage import Storage

PICTURE_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""A picture is looked at and never run, even if somebody got a page past us as one."""


class Pictures(Construct):
    """The pictures' distribution: every link is signed by a key of the trusted group."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        storage: Storage,
        keys: cloudfront.KeyGroup,
        firewall_arn: str | None,
    ) -> None:
        super().__init__(scope, id)
        self.distribution = cloudfront.Distribution(
            self,
            "Cdn",
            comment="canvas-queue: pictures",
            web_acl_id=firewall_arn,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            log_bucket=storage.logs,
            log_file_prefix="pictures-cdn/",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(storage.pictures),
                trusted_key_groups=[keys],
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                compress=False,
                response_headers_policy=headers_policy(self, "Headers", PICTURE_HEADERS),
                function_associations=runs(
                    self,
                    "Readable",
                    "picture_response.js",
                    cloudfront.FunctionEventType.VIEWER_RESPONSE,
                ),
            ),
        )
        accept_defaults(self.distribution, named=False, firewall=firewall_arn is not None)

    @property
    def url(self) -> str:
        return f"https://{self.distribution.distribution_domain_name}"

    def variables(self) -> dict[str, str]:
        return {"CANVAS_CDN_URL": self.url}
