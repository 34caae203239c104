"""CloudFront: pictures by signed links, the site behind one domain, and nobody past it."""

import json
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from frontend.app import create_app
from frontend.cdn import SECRET as SECRET_HEADER
from frontend.studio.site.headers import OPEN, Origins, header_rules
from infra.frozen import FrozenSite, NotFrozen
from local.cdn.app import CORS
from shared.adapters.s3_forms import upload_origin
from shared.settings import Settings
from tests.infra.template import Template, text, texts


def distribution(template: Template, named: str) -> dict[str, Any]:
    config: dict[str, Any] = template.properties("Distribution", named)["DistributionConfig"]
    return config


def behaviours(template: Template) -> dict[str, dict[str, Any]]:
    """The site's, by path pattern; ``*`` is the default."""
    site = distribution(template, "Site")
    more = {each["PathPattern"]: each for each in site.get("CacheBehaviors", ())}
    return {"*": site["DefaultCacheBehavior"], **more}


def origin(template: Template, behaviour: dict[str, Any]) -> dict[str, Any]:
    [found] = (
        each
        for each in distribution(template, "Site")["Origins"]
        if each["Id"] == behaviour["TargetOriginId"]
    )
    return dict(found)


def headers(template: Template, behaviour: dict[str, Any]) -> dict[str, Any]:
    """The headers that CloudFront adds, by name."""
    policy = template.resources[behaviour["ResponseHeadersPolicyId"]["Ref"]]["Properties"]
    config = policy["ResponseHeadersPolicyConfig"]
    secure = config["SecurityHeadersConfig"]
    found = {
        item["Header"]: text(item["Value"])
        for item in config.get("CustomHeadersConfig", {}).get("Items", ())
    }
    if csp := secure.get("ContentSecurityPolicy"):
        found["content-security-policy"] = text(csp["ContentSecurityPolicy"])
    if frame := secure.get("FrameOptions"):
        found["x-frame-options"] = frame["FrameOption"]
    if referrer := secure.get("ReferrerPolicy"):
        found["referrer-policy"] = referrer["ReferrerPolicy"]
    if "ContentTypeOptions" in secure:
        found["x-content-type-options"] = "nosniff"
    found["hsts"] = secure["StrictTransportSecurity"]["AccessControlMaxAgeSec"]
    return found


def test_a_picture_wants_a_link_that_a_trusted_key_signed(every: Template) -> None:
    default = distribution(every, "Pictures")["DefaultCacheBehavior"]
    assert texts(default["TrustedKeyGroups"]) == ["${KeysTrusted}"]
    assert default["ViewerProtocolPolicy"] == "https-only"
    assert "CacheBehaviors" not in distribution(every, "Pictures")


def test_only_the_distribution_reads_the_bucket(express: Template) -> None:
    [storage] = distribution(express, "Pictures")["Origins"]
    assert text(storage["OriginAccessControlId"]).startswith("${PicturesCdn")
    [policy] = (
        p["Properties"]["PolicyDocument"]["Statement"]
        for p in express.all("S3::BucketPolicy").values()
        if text(p["Properties"]["Bucket"]) == "${StoragePictures}"
    )
    [allowed] = (s for s in policy if s["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    source = text(allowed["Condition"]["StringEquals"]["AWS:SourceArn"])
    assert source.endswith(":distribution/${PicturesCdn}")


def test_a_picture_is_looked_at_and_never_run(express: Template) -> None:
    sent = headers(express, distribution(express, "Pictures")["DefaultCacheBehavior"])
    assert sent["content-security-policy"] == "default-src 'none'; sandbox"
    assert sent["x-content-type-options"] == "nosniff"
    assert sent["cross-origin-resource-policy"] == "cross-origin"


def test_the_first_key_signs_and_all_are_trusted(service: Template) -> None:
    group = service.properties("KeyGroup")["KeyGroupConfig"]
    assert texts(group["Items"]) == ["${KeysPublicsecond}", "${KeysPublicfirst}"]
    said = text(service.outputs()["FrontendSettings"])
    assert '"CANVAS_CDN_KEY_ID":"${KeysPublicsecond}"' in said
    assert '"CANVAS_CDN_PRIVATE_KEY":"${KeysPrivatesecond}"' in said


def test_a_key_is_trusted_before_anybody_signs_with_it(every: Template) -> None:
    [group] = every.all("KeyGroup")
    services = {
        **every.all("ExpressGatewayService"),
        **every.all("AppRunner::Service"),
        **{n: f for n, f in every.all("Lambda::Function").items() if n.startswith("Frontend")},
    }
    [frontend] = services.values()
    assert group in frontend["DependsOn"]


def test_no_private_key_is_in_a_template(every: Template) -> None:
    """The function that makes keys knows how one begins; no key follows."""
    assert json.dumps(every.body).count("BEGIN PRIVATE KEY") == 1
    made = every.all("Custom::SigningKey").values()
    assert all(set(m["Properties"]) == {"ServiceToken", "Secret"} for m in made)


def test_every_request_to_the_frontend_carries_the_secret(every: Template) -> None:
    """CloudFormation puts it in when it deploys; the template only says where it is."""
    for pattern in ("*", "/v1/*"):
        behaviour = behaviours(every).get(pattern)
        if behaviour is None or "CustomOriginConfig" not in origin(every, behaviour):
            continue
        [header] = origin(every, behaviour)["OriginCustomHeaders"]
        assert header["HeaderName"] == SECRET_HEADER
        value = text(header["HeaderValue"])
        secret = json.loads(text(every.outputs()["FrontendSettings"]))["CANVAS_ORIGIN_SECRET"]
        assert value == f"{{{{resolve:secretsmanager:{secret}:SecretString:::}}}}"


def test_a_secret_is_replaced_by_another_name_and_both_are_trusted(
    express: Template, service: Template
) -> None:
    """CloudFormation would not notice another value of the same one."""
    for variable, secret in (("SECRET", "CookieSecret"), ("ORIGIN_SECRET", "OriginSecret")):
        told = json.loads(text(express.outputs()["FrontendSettings"]))
        assert told[f"CANVAS_{variable}"] == f"${{{secret}first}}"
        assert f"CANVAS_OTHER_{variable}" not in told
        told = json.loads(text(service.outputs()["FrontendSettings"]))
        assert told[f"CANVAS_{variable}"] == f"${{{secret}second}}"
        assert told[f"CANVAS_OTHER_{variable}"] == f"${{{secret}first}}"


def test_cloudfront_sends_a_new_secret_once_the_frontend_knows_it(every: Template) -> None:
    """Else it is turned away for as long as CloudFront's change is everywhere first."""
    runs = ("ECS::ExpressGatewayService", "AppRunner::Service", "Lambda::Function")
    [frontend] = (n for kind in runs for n in every.all(kind) if n.startswith("Frontend"))
    [site] = (n for n in every.all("CloudFront::Distribution") if n.startswith("Site"))
    assert frontend in every.made_before(site)


def test_the_live_page_and_the_api_are_behind_one_domain(express: Template) -> None:
    """Plain requests of every method go through, with all that the client sent but its Host."""
    default = behaviours(express)["*"]
    assert set(default["AllowedMethods"]) >= {"GET", "POST", "PATCH", "DELETE", "OPTIONS"}
    assert default["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
    # AllViewerExceptHostHeader
    assert default["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert default["ViewerProtocolPolicy"] == "redirect-to-https"


def test_the_frontend_is_asked_over_tls_and_may_take_as_long_as_a_client_waits(
    express: Template,
) -> None:
    config = origin(express, behaviours(express)["*"])["CustomOriginConfig"]
    assert config["OriginProtocolPolicy"] == "https-only"
    assert config["OriginReadTimeout"] > 60


def test_lasting_files_of_the_live_page_are_kept_as_the_frontend_says(express: Template) -> None:
    kept = behaviours(express)
    assert {"/ui/*", "/assets/*"} <= set(kept)
    for pattern in ("/ui/*", "/assets/*"):
        policy = express.resources[kept[pattern]["CachePolicyId"]["Ref"]]["Properties"]
        assert policy["CachePolicyConfig"]["DefaultTTL"] == 0
        assert policy["CachePolicyConfig"]["MinTTL"] == 0
        assert policy["CachePolicyConfig"]["MaxTTL"] == 365 * 24 * 3600


def test_the_frozen_page_comes_from_storage_and_the_api_from_the_frontend(
    frozen: Template,
) -> None:
    site = behaviours(frozen)
    assert distribution(frozen, "Site")["DefaultRootObject"] == "index.html"
    for pattern, behaviour in site.items():
        served_by_frontend = "CustomOriginConfig" in origin(frozen, behaviour)
        expected = pattern.startswith(("/v1", "/s/", "/replicate", "/fal", "/healthz", "/readyz"))
        assert served_by_frontend is expected, pattern
    assert '"CANVAS_STUDIO":"off"' in text(frozen.outputs()["FrontendSettings"])


def test_behind_a_frozen_page_every_route_of_the_frontend_is_reached(frozen: Template) -> None:
    def paths(routes: Iterable[Any]) -> Iterator[str]:
        for route in routes:
            if hasattr(route, "original_router"):
                yield from paths(route.original_router.routes)
            else:
                yield route.path

    app = create_app(Settings(studio="off", secret=SecretStr("x" * 32)))
    site = behaviours(frozen)
    ours = [p for p, b in site.items() if "CustomOriginConfig" in origin(frozen, b)]
    found = set(paths(app.routes))
    assert "/v1/jobs" in found
    for path in found:
        assert any(fnmatchcase(path, pattern) for pattern in ours), path


def test_what_cloudfront_keeps_of_the_live_page_is_what_may_be_kept(express: Template) -> None:
    rules = header_rules(OPEN)
    lasting = {r.pattern for r in rules if "max-age" in r.headers["Cache-Control"]}
    assert set(behaviours(express)) - {"*"} == lasting


def test_the_frozen_page_gets_the_headers_of_its_manifest(frozen: Template) -> None:
    page = headers(frozen, behaviours(frozen)["*"])
    assert page.pop("hsts") >= 31_536_000
    assert page.pop("content-security-policy") == (
        "default-src 'self'; img-src 'self' https://${PicturesCdn.DomainName}; "
        "connect-src 'self' https://${PicturesCdn.DomainName}"
        " https://${StoragePictures.RegionalDomainName}"
        "; frame-ancestors https://hub.example https://space.example"
    )
    # Framed, it goes without x-frame-options, which cannot name who may.
    assert page == {
        "cache-control": "no-cache",
        "permissions-policy": "camera=()",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    assert headers(frozen, behaviours(frozen)["/ui/*"])["cache-control"].endswith("immutable")


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "make freeze"),
        ({"index.html": ""}, "make freeze"),
        ({"index.html": "", "headers.json": "{"}, "headers.json"),
        ({"index.html": "", "headers.json": "[]"}, "/\\*"),
        ({"index.html": "", "headers.json": "{}"}, "/\\*"),
        ({"index.html": "", "headers.json": '{"/*": {}, "a b": {}}'}, "a b"),
        ({"index.html": "", "headers.json": '{"/*": {"X": 1}}'}, "/\\*"),
    ],
)
def test_a_folder_that_is_no_frozen_page_is_said_to_be_none(
    tmp_path: Path, files: dict[str, str], complaint: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(NotFrozen, match=complaint):
        FrozenSite.read(tmp_path)


def test_the_frozen_page_s_own_manifest_is_understood(tmp_path: Path) -> None:
    rules = header_rules(OPEN, ["sha256-abc="])
    (tmp_path / "index.html").write_text("")
    (tmp_path / "headers.json").write_text(
        json.dumps({rule.pattern: dict(rule.headers) for rule in rules})
    )
    origins = {"pictures": "https://p.example", "uploads": "https://u.example"}
    told = FrozenSite.read(tmp_path).with_origins(**origins)
    assert list(told) == [rule.pattern for rule in rules]
    csp = told["/*"]["content-security-policy"]
    expected = header_rules(Origins(**origins), ["sha256-abc="])[-1].headers
    assert csp == expected["Content-Security-Policy"]
    assert told["/*"]["x-frame-options"] == "DENY"
    # CloudFront adds no longer policy than this.
    assert len(csp) <= 1783


def test_the_frontend_is_told_too_who_may_frame_its_page(frozen: Template) -> None:
    told = json.loads(text(frozen.outputs()["FrontendSettings"]))
    assert told["CANVAS_FRAMED_BY"] == "https://hub.example,https://space.example"


def test_a_frozen_page_may_be_framed_by_whom_the_deployment_names(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("")
    [*_, page] = header_rules(OPEN)
    (tmp_path / "headers.json").write_text(json.dumps({page.pattern: dict(page.headers)}))
    origins = {"pictures": "https://p.example", "uploads": "https://u.example"}
    frames = ("https://huggingface.co", "https://ada-studio.static.hf.space")
    told = FrozenSite.read(tmp_path).with_origins(**origins, frames=frames)["/*"]
    [*_, expected] = header_rules(Origins(**origins, frames=" ".join(sorted(frames))))
    assert told == {name.lower(): value for name, value in expected.headers.items()}


def test_a_name_of_ones_own_comes_with_its_certificate(service: Template) -> None:
    site = distribution(service, "Site")
    assert site["Aliases"] == ["pictures.example.com"]
    assert site["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert text(service.outputs()["Url"]) == "https://pictures.example.com"


def test_both_distributions_are_behind_the_firewall(
    assemblies: Path, synthesised: Callable[[str], Template]
) -> None:
    for name in ("express", "api_gateway"):
        acl = Template.read(assemblies / name / "canvas-queue-firewall.template.json")
        rules = {rule["Name"]: rule for rule in acl.properties("WebACL")["Rules"]}
        flood = rules["flood"]["Statement"]["RateBasedStatement"]
        assert (flood["Limit"], flood["AggregateKeyType"]) == (2000, "IP")
        assert rules["flood"]["Action"] == {"Block": {}}
        assert rules.keys() == {
            "flood",
            "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
        }
        managed = rules["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
        counted = {rule["Name"] for rule in managed["RuleActionOverrides"]}
        assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"} <= counted
        for named in ("Site", "Pictures"):
            assert "WebACLId" in distribution(synthesised(name), named)
    for named in ("Site", "Pictures"):
        assert "WebACLId" not in distribution(synthesised("function_url"), named)


def test_uploads_go_where_the_page_is_allowed_to_send_them(frozen: Template) -> None:
    """What the manifest's {uploads} becomes is what the frontend's forms say."""
    there = "https://${StoragePictures.RegionalDomainName}"
    assert there in headers(frozen, behaviours(frozen)["*"])["content-security-policy"]
    # RegionalDomainName: {bucket}.s3.{region}.amazonaws.com
    settings = Settings(bucket="some-bucket", region="us-west-2")
    assert upload_origin(settings) == "https://some-bucket.s3.us-west-2.amazonaws.com"


def test_pictures_have_the_headers_for_pages_that_they_have_here(express: Template) -> None:
    code = express.properties("CloudFront::Function", "PicturesReadable")["FunctionCode"]
    for name, value in CORS.items():
        assert f'"{name}"' in code
        assert f'"{value}"' in code
