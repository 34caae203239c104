"""A person wears a garment where it is worn."""

from typing import Literal

import numpy as np
import pytest
from PIL import Image

from local.bedrock import editing
from tests.drawings import GARMENT, a_ball, a_disc, a_person, a_shirt
from tests.unit.bedrock.judging import differs, overlap, rows, white


@pytest.mark.parametrize("garment_class", sorted(editing.CUTS))
@pytest.mark.parametrize("shape", ["CONTOUR", "BOUNDING_BOX", "DEFAULT"])
def test_every_garment_has_a_place_on_the_person(
    garment_class: str, shape: Literal["CONTOUR", "BOUNDING_BOX", "DEFAULT"]
) -> None:
    region = editing.garment_region(a_person(), garment_class, shape)
    assert region.size == a_person().size
    assert 0.002 < white(region).mean() < 0.5
    if shape == "BOUNDING_BOX":
        box = region.getbbox()
        assert box
        assert white(region).sum() == (box[2] - box[0]) * (box[3] - box[1])


def test_garments_are_where_they_are_worn() -> None:
    person = a_person()
    shirt, trousers, shoes = (
        rows(editing.garment_region(person, name)) for name in ("UPPER_BODY", "LONG_PANTS", "SHOES")
    )
    assert 110 < shirt[0] < 140 < 320 < shirt[1] < 345
    assert 300 < trousers[0] < 335 < 550 < trousers[1] < 590
    assert 555 < shoes[0] < shoes[1] < 612
    assert rows(editing.garment_region(person, "SHORT_PANTS"))[1] < 450
    assert rows(editing.garment_region(person, "BOOTS"))[0] < shoes[0]


def test_sleeves_tucks_and_open_fronts_show_in_the_region() -> None:
    person = a_person()
    long, short, none = (
        white(editing.garment_region(person, f"{sleeve}_SLEEVE_SHIRT")).sum()
        for sleeve in ("LONG", "SHORT", "NO")
    )
    assert long > short > none
    rolled = editing.garment_region(person, "LONG_SLEEVE_SHIRT", sleeves="short")
    assert white(rolled).sum() == short
    whole, tucked, opened = (
        editing.garment_region(person, "UPPER_BODY", **styling)
        for styling in ({}, {"tucked": True}, {"opened": True})
    )
    assert rows(tucked)[1] < rows(whole)[1]
    assert not white(opened)[250, 185:199].any()
    assert white(whole)[250, 185:199].all()


def test_words_point_to_garments_and_to_other_things() -> None:
    person = a_person()
    assert editing.worded_region(person, "the jacket") == editing.garment_region(
        person, "UPPER_BODY"
    )
    assert overlap(editing.worded_region(a_ball(), "the red ball"), a_disc()) > 0.95


@pytest.mark.parametrize("merge_style", ["BALANCED", "SEAMLESS", "DETAILED"])
def test_a_garment_s_colours_land_in_the_region(
    merge_style: Literal["BALANCED", "SEAMLESS", "DETAILED"],
) -> None:
    person = a_person()
    region = editing.garment_region(person, "UPPER_BODY")
    worn = editing.try_on(person, a_shirt(), region, merge_style, seed=1)
    inside = white(region)
    cloth = np.asarray(worn, float)[inside]
    assert (np.abs(np.median(cloth, axis=0) - GARMENT) < 25).all()
    changed = differs(person, worn)[~inside]
    if merge_style == "SEAMLESS":
        assert changed.mean() > 0.99
        assert np.abs(np.asarray(person, int) - np.asarray(worn, int))[:30].max() <= 1
    else:
        assert not changed.any()


def test_cloth_without_a_shape_is_taken_whole() -> None:
    person, cloth = a_person(), Image.new("RGB", (400, 400), (160, 40, 140))
    region = editing.garment_region(person, "LONG_DRESS")
    worn = np.asarray(editing.try_on(person, cloth, region, "BALANCED", 1), float)[white(region)]
    assert (np.abs(np.median(worn, axis=0) - (160, 40, 140)) < 25).all()


def test_what_is_spared_is_the_face_and_the_hands() -> None:
    person = a_person()
    face = editing.spared(person, face=True, hands=False)
    hands = editing.spared(person, face=False, hands=True)
    assert white(face)[80, 192]
    assert rows(face)[1] < 125
    assert white(hands)[312, 114]
    assert white(hands)[312, 270]
    assert not white(hands)[312, 192]
