"""CloudFront: pictures behind signed links on a domain of their own, the site on another.

The two are apart because pictures are users' content: nothing on their domain has a cookie to lose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.frozen import EVERYTHING, MANIFEST, FrozenSite
from infra.response_headers import headers_policy
from infra.review import accept, accept_managed_policy, accept_wildcard, arn_of
from infra.storage import Storage

EDGE = Path(__file__).with_name("edge")
ORIGIN_HEADER = "x-origin-secret"
ANSWERS_WITHIN = cdk.Duration.seconds(65)
"""A client may wait a minute for a job; the origin may take a little longer than that."""
KEEP_ALIVE = cdk.Duration.seconds(60)
API_PATHS = ("/v1/*", "/s/*", "/replicate/*", "/fal/*", "/healthz", "/readyz")
"""What goes to the frontend when the page itself is frozen."""
LASTING_PATHS = ("/ui/*", "/assets/*", "/icons/*")
"""Files of the live page: the frontend says how long each may be kept, and CloudFront heeds it."""
UPLOADER = "Custom::CDKBucketDeployment"
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
        readable = cloudfront.Function(
            self,
            "Readable",
            code=cloudfront.FunctionCode.from_inline((EDGE / "picture_response.js").read_text()),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
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
                function_associations=[
                    cloudfront.FunctionAssociation(
                        function=readable,
                        event_type=cloudfront.FunctionEventType.VIEWER_RESPONSE,
                    )
                ],
            ),
        )
        _accept_defaults(self.distribution, named=False, firewall=firewall_arn is not None)

    @property
    def url(self) -> str:
        return f"https://{self.distribution.distribution_domain_name}"

    def variables(self) -> dict[str, str]:
        return {"CANVAS_CDN_URL": self.url}


@dataclass(frozen=True)
class Address:
    """A name of the operator's own, with the certificate for it."""

    domain: str
    certificate_arn: str


class Site(Construct):
    """The site's distribution: `/v1`, and the page, behind one domain.

    Nobody else can pass through to the frontend: each request carries a secret that only CloudFront
    and the frontend know.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        frontend_host: str,
        origin_secret: secretsmanager.Secret,
        storage: Storage,
        pictures: Pictures,
        frozen: FrozenSite | None,
        firewall_arn: str | None,
        address: Address | None,
    ) -> None:
        super().__init__(scope, id)
        self._address = address
        who_asks = cloudfront.Function(
            self,
            "WhoAsks",
            code=cloudfront.FunctionCode.from_inline((EDGE / "viewer_request.js").read_text()),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        origin = origins.HttpOrigin(
            frontend_host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            read_timeout=ANSWERS_WITHIN,
            keepalive_timeout=KEEP_ALIVE,
            # Resolved by CloudFormation when it deploys; the template does not hold it.
            custom_headers={ORIGIN_HEADER: origin_secret.secret_value.unsafe_unwrap()},
        )
        api = self._frontend(origin, who_asks, cloudfront.CachePolicy.CACHING_DISABLED)
        if frozen is None:
            lasting = self._frontend(origin, who_asks, self._as_the_frontend_says())
            default, more = api, dict.fromkeys(LASTING_PATHS, lasting)
        else:
            pages = self._pages(frozen, storage, pictures)
            default = pages.pop(EVERYTHING)
            more = {**dict.fromkeys(API_PATHS, api), **pages}
        self.distribution = cloudfront.Distribution(
            self,
            "Cdn",
            comment="canvas-queue: the site",
            web_acl_id=firewall_arn,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            log_bucket=storage.logs,
            log_file_prefix="site-cdn/",
            default_root_object=None if frozen is None else "index.html",
            default_behavior=default,
            additional_behaviors=more,
            **_named(self, address),
        )
        _accept_defaults(
            self.distribution, named=address is not None, firewall=firewall_arn is not None
        )
        if frozen is not None:
            self._upload(frozen)

    @property
    def url(self) -> str:
        if self._address is not None:
            return f"https://{self._address.domain}"
        return f"https://{self.distribution.distribution_domain_name}"

    def _frontend(
        self,
        origin: cloudfront.IOrigin,
        who_asks: cloudfront.Function,
        caching: cloudfront.ICachePolicy,
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=caching,
            # An origin knows its own name only, so the viewer's is told in another header.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=who_asks, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )

    def _as_the_frontend_says(self) -> cloudfront.CachePolicy:
        return cloudfront.CachePolicy(
            self,
            "AsTheFrontendSays",
            comment="Keeps what the origin's Cache-Control says may be kept",
            default_ttl=cdk.Duration.seconds(0),
            min_ttl=cdk.Duration.seconds(0),
            max_ttl=cdk.Duration.days(365),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )

    def _pages(
        self, frozen: FrozenSite, storage: Storage, pictures: Pictures
    ) -> dict[str, cloudfront.BehaviorOptions]:
        """A behaviour for each pattern of the manifest."""
        self._files = s3.Bucket(
            self,
            "Files",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            server_access_logs_bucket=storage.logs,
            server_access_logs_prefix="site/",
            # It holds nothing that another deployment would not put there again.
            removal_policy=cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=True,
        )
        origin = origins.S3BucketOrigin.with_origin_access_control(self._files)
        headers = frozen.with_origins(
            pictures=pictures.url,
            uploads=_uploads_to(storage.pictures),
        )
        return {
            pattern: self._page(origin, f"Headers{number}", told)
            for number, (pattern, told) in enumerate(headers.items())
        }

    def _page(
        self, origin: cloudfront.IOrigin, id: str, headers: Mapping[str, str]
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            compress=True,
            response_headers_policy=headers_policy(self, id, headers),
        )

    def _upload(self, frozen: FrozenSite) -> None:
        deployment.BucketDeployment(
            self,
            "Upload",
            # CloudFront compresses by itself.
            sources=[
                deployment.Source.asset(str(frozen.folder), exclude=[MANIFEST, "*.br", "*.gz"])
            ],
            destination_bucket=self._files,
            distribution=self.distribution,
            distribution_paths=["/*"],
            # A page that was opened before still asks for the files it was drawn with.
            prune=False,
            memory_limit=256,
        )
        _accept_uploader(self._files)


def _accept_defaults(distribution: cloudfront.Distribution, *, named: bool, firewall: bool) -> None:
    accept(distribution, "CFR1", "Pictures may be asked for from every country.")
    if not named:
        accept(distribution, "CFR4", "CloudFront's own certificate has its own TLS floor.")
    if not firewall:
        accept(distribution, "CFR2", "The deployment says `firewall = false`.")


def _accept_uploader(files: s3.Bucket) -> None:
    """The function that uploads is the CDK's own, one for the stack, with what it asks for."""
    stack = cdk.Stack.of(files)
    uploader = next(c for c in stack.node.children if c.node.id.startswith(UPLOADER))
    reason = "The CDK's own function; it only copies files into the site's bucket."
    accept(uploader, "L1", reason)
    accept_managed_policy(uploader, "service-role/AWSLambdaBasicExecutionRole", reason)
    for action in ("GetObject*", "GetBucket*", "List*", "DeleteObject*", "Abort*"):
        accept(uploader, f"IAM5[Action::s3:{action}]", reason)
    assets = f"cdk-hnb659fds-assets-<AWS::AccountId>-{stack.region}"
    for resource in ("*", f"{arn_of(files)}/*", f"arn:<AWS::Partition>:s3:::{assets}/*"):
        accept_wildcard(uploader, resource, reason)


def _uploads_to(bucket: s3.Bucket) -> str:
    """Where the frontend's forms send uploads: S3's first region kept the name without a region."""
    first = cdk.Stack.of(bucket).region == "us-east-1"
    return f"https://{bucket.bucket_domain_name if first else bucket.bucket_regional_domain_name}"


def _named(scope: Construct, address: Address | None) -> dict[str, Any]:
    if address is None:
        return {}
    certificate = acm.Certificate.from_certificate_arn(
        scope, "Certificate", address.certificate_arn
    )
    return {
        "domain_names": [address.domain],
        "certificate": certificate,
        "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    }
