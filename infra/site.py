"""The site: the page and `/v1` behind one CloudFront domain, and nobody past it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cloudfront import accept_defaults, runs
from infra.frozen import EVERYTHING, MANIFEST, FrozenSite
from infra.pictures import Pictures
from infra.response_headers import headers_policy
from infra.review import accept, accept_managed_policy, accept_wildcard, arn_of
from infra.storage import Storage, private_bucket

ORIGIN_HEADER = "x-origin-secret"
ANSWERS_WITHIN = cdk.Duration.seconds(65)
"""A client may wait a minute for a job; the origin may take a little longer than that."""
KEEP_ALIVE = cdk.Duration.seconds(60)
API_PATHS = ("/v1/*", "/s/*", "/replicate/*", "/fal/*", "/healthz", "/readyz")
"""What goes to the frontend when the page itself is frozen."""
LASTING_PATHS = ("/ui/*", "/assets/*", "/icons/*")
"""Files of the live page: the frontend says how long each may be kept, and CloudFront heeds it."""
UPLOADER = "Custom::CDKBucketDeployment"


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
        framed_by: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        self._address = address
        self._framed_by = framed_by
        who_asks = runs(
            self, "WhoAsks", "viewer_request.js", cloudfront.FunctionEventType.VIEWER_REQUEST
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
        accept_defaults(
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
        who_asks: list[cloudfront.FunctionAssociation],
        caching: cloudfront.ICachePolicy,
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=caching,
            # An origin knows its own name only, so the viewer's is told in another header.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            function_associations=who_asks,
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
        self._files = private_bucket(
            self,
            "Files",
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
            frames=self._framed_by,
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
