"""The firewall: AWS's common rules, and an end to floods from one address."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

NOT_FOR_US = ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericRFI_BODY")
"""Rules that only count here. They stop bodies over 8 kB, with tags, or with addresses in them: a
task with a small picture in it is larger, a prompt may have any words, and is never HTML, and a
webhook is an address. The frontend has limits of its own."""


class FirewallStack(cdk.Stack):
    """A web ACL for both distributions."""

    def __init__(
        self, scope: Construct, id: str, *, requests_per_address: int, **properties: Any
    ) -> None:
        super().__init__(scope, id, **properties)
        acl = waf.CfnWebACL(
            self,
            "Firewall",
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_seen_as("firewall"),
            rules=[
                _flood(0, requests_per_address),
                _managed(1, "AWSManagedRulesAmazonIpReputationList"),
                _managed(2, "AWSManagedRulesCommonRuleSet", count_only=NOT_FOR_US),
                _managed(3, "AWSManagedRulesKnownBadInputsRuleSet"),
            ],
        )
        self.arn = acl.attr_arn


def _flood(priority: int, most: int) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name="flood",
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        visibility_config=_seen_as("flood"),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                limit=most, aggregate_key_type="IP"
            )
        ),
    )


def _managed(
    priority: int, name: str, count_only: tuple[str, ...] = ()
) -> waf.CfnWebACL.RuleProperty:
    count = waf.CfnWebACL.RuleActionProperty(count={})
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_seen_as(name),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in count_only
                ],
            )
        ),
    )


def _seen_as(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
