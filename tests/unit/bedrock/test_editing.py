"""Whatever is done to given pictures fits any size, and equal requests give equal pixels."""

import pytest

from local.bedrock import editing
from tests.drawings import a_ball, a_disc, a_person, a_shirt
from tests.unit.bedrock.judging import PALETTE, a_brief


@pytest.mark.parametrize("size", [(64, 64), (320, 1280), (1280, 320)])
def test_no_size_is_too_odd_for_any_of_it(size: tuple[int, int]) -> None:
    image, brief = a_ball(size), a_brief("a lake", size=size)
    mask = editing.subject_mask(image)
    assert editing.repaint(image, mask, brief).size == size
    assert editing.cut_out(image).size == size
    assert editing.recolour(image, mask, brief).size == size
    assert editing.restyle(image, a_ball((300, 90)), seed=1).size == size
    assert editing.vary([image], brief, 0.5).size == size
    assert editing.follow(image, "canny", 0.7, brief).size == size
    assert editing.garment_region(image, "UPPER_BODY").size == size
    assert editing.enlarge(image, (size[0] * 2, size[1] * 2), "creative").width == size[0] * 2


def test_equal_requests_give_equal_pixels() -> None:
    image, brief = a_ball(), a_brief("a lake")
    for made in (
        lambda: editing.repaint(image, a_disc(), brief),
        lambda: editing.extend(image, 30, 30, 30, 30, brief),
        lambda: editing.cut_out(image),
        lambda: editing.follow(image, "canny", 0.5, brief),
        lambda: editing.paint_in_colours(brief, PALETTE),
        lambda: editing.vary([image], brief, 0.5),
        lambda: editing.try_on(
            a_person(), a_shirt(), editing.silhouette(a_person()), "BALANCED", 1
        ),
    ):
        assert made().tobytes() == made().tobytes()
