"""The settings, the plan that deals out faults, the quota and the content filter."""

from collections import Counter
from datetime import timedelta

import pytest
from pydantic import ValidationError

from local.bedrock import moderation
from local.bedrock.__main__ import main
from local.bedrock.dialect import Order, Picture
from local.bedrock.faults import AT_THE_DOOR, Fault, Faults, Plan
from local.bedrock.quota import Quota


def an_order(words: str, seeds: tuple[int, ...] = (1,)) -> Order:
    return Order(words, tuple(Picture(seed, bytes) for seed in seeds))


def test_by_default_nothing_goes_wrong() -> None:
    plan = Plan(Faults())
    assert {plan.fault() for _ in range(100)} == {Fault.OK}
    assert plan.delay() == timedelta(0)
    assert Faults().quota("any") == 6000


def test_the_next_faults_come_in_their_order_and_once() -> None:
    plan = Plan(Faults(next=(Fault.DROP, Fault.OK, Fault.THROTTLE)))
    assert [plan.fault() for _ in range(4)] == [Fault.DROP, Fault.OK, Fault.THROTTLE, Fault.OK]


def test_what_is_left_of_the_next_faults_is_shown() -> None:
    plan = Plan(Faults(next=(Fault.DROP, Fault.HANG)))
    plan.fault()
    assert plan.faults.next == (Fault.HANG,)


def test_chance_strikes_about_as_often_as_it_should_and_the_same_way_each_run() -> None:
    faults = Faults(seed=5, chance={Fault.THROTTLE: 0.3, Fault.DROP: 0.1})
    plan, again = Plan(faults), Plan(faults)
    dealt = [plan.fault() for _ in range(2000)]
    assert dealt == [again.fault() for _ in range(2000)]
    share = Counter(dealt)
    assert share[Fault.THROTTLE] / 2000 == pytest.approx(0.3, abs=0.04)
    assert share[Fault.DROP] / 2000 == pytest.approx(0.1, abs=0.03)
    other = Plan(faults.model_copy(update={"seed": 6}))
    assert dealt != [other.fault() for _ in range(2000)]


def test_a_delay_lies_between_itself_and_its_jitter() -> None:
    plan = Plan(Faults.model_validate_json('{"delay": 2, "jitter": 0.5}'))
    delays = [plan.delay().total_seconds() for _ in range(200)]
    assert all(2 <= delay <= 2.5 for delay in delays)
    assert len(set(delays)) > 100


def test_settings_survive_json() -> None:
    faults = Faults(
        delay=timedelta(seconds=1.25),
        next=(Fault.DROP,),
        chance={Fault.THROTTLE: 0.5},
        ended=frozenset({"m"}),
        model_requests_per_minute={"m": 3},
    )
    assert Faults.model_validate_json(faults.model_dump_json()) == faults


@pytest.mark.parametrize(
    "wrong",
    [
        '{"delay": -1}',
        '{"jitter": -0.1}',
        '{"chance": {"drop": 1.1}}',
        '{"chance": {"drop": 0.6, "hang": 0.6}}',
        '{"chance": {"earthquake": 0.1}}',
        '{"next": ["earthquake"]}',
        '{"requests_per_minute": -1}',
        '{"unknown": 1}',
        "[]",
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Faults.model_validate_json(wrong)


def test_the_command_refuses_settings_that_make_no_sense(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--port", "0", "--faults", '{"unknown": 1}'])
    assert caught.value.code == 2
    assert "unknown" in capsys.readouterr().err


def test_every_fault_that_refuses_at_the_door_has_a_status_of_its_class() -> None:
    refusals = {error().status for error in AT_THE_DOOR.values()}
    assert refusals == {400, 403, 429, 500, 503}


def test_the_quota_counts_a_sliding_minute() -> None:
    quota = Quota()
    assert quota.take("m", 2, 0.0)
    assert quota.take("m", 2, 40.0)
    assert not quota.take("m", 2, 59.9)
    assert quota.take("m", 2, 60.0)
    assert not quota.take("m", 2, 61.0)
    assert quota.take("m", 2, 100.0)


def test_refused_requests_do_not_use_up_the_quota() -> None:
    quota = Quota()
    assert quota.take("m", 1, 0.0)
    for second in range(1, 60):
        assert not quota.take("m", 1, float(second))
    assert quota.take("m", 1, 60.0)


def test_models_do_not_share_a_quota() -> None:
    quota = Quota()
    assert quota.take("a", 1, 0.0)
    assert quota.take("b", 1, 0.0)
    assert not quota.take("b", 0, 100.0)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("a forbidden door", True),
        ("FORBIDDEN", True),
        ("a door, forbidden!", True),
        ("an unforbidden door", False),
        ("a door", False),
    ],
)
def test_the_prompt_filter_looks_for_whole_words(words: str, refused: bool) -> None:
    assert moderation.refuses_prompt(Faults(), an_order(words)) is refused


@pytest.mark.parametrize(
    ("words", "blocked"),
    [
        ("a lake", set()),
        ("an unsafe-output lake", {0, 1, 2}),
        ("a partly-unsafe lake", {1}),
    ],
)
def test_the_output_filter_blocks_all_or_the_odd_seeds(words: str, blocked: set[int]) -> None:
    assert moderation.blocked(Faults(), an_order(words, (12, 13, 14))) == blocked
