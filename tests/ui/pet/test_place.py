"""Where she stands: found again on whatever screens there are, and always in sight."""

from hypothesis import given
from hypothesis import strategies as st

from zishu_app.ui.pet.flight import Flight, Room, step, thrown
from zishu_app.ui.pet.place import Area, Place, corner, found, place_from

LEFT, RIGHT = Area("left", 0, 0, 1920, 1040), Area("right", 1920, 200, 1280, 984)
SIZE = (230, 290)

areas = st.lists(
    st.builds(
        Area,
        st.sampled_from("abcd"),
        st.integers(-3000, 3000),
        st.integers(-2000, 2000),
        st.integers(320, 4000),
        st.integers(320, 3000),
    ),
    min_size=1,
    max_size=4,
)
places = st.builds(
    Place,
    st.sampled_from(["", "a", "b", "gone"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["", "left", "right"]),
)


@given(places, areas)
def test_she_is_in_sight_on_any_screens(place: Place, every: list[Area]) -> None:
    x, y = corner(place, every, SIZE)
    seen = [
        (min(x + SIZE[0], one.left + one.width) - max(x, one.left))
        * (min(y + SIZE[1], one.top + one.height) - max(y, one.top))
        for one in every
        if x < one.left + one.width and x + SIZE[0] > one.left and y >= one.top
    ]
    assert max(seen, default=0) >= SIZE[0] * 0.4 * min(SIZE[1], 290), "at least the part that peeks"


@given(places)
def test_a_place_lasts(place: Place) -> None:
    assert place_from(place.as_dict()) == place


@given(st.recursive(st.none() | st.floats() | st.text(), lambda one: st.dictionaries(st.text(), one)))
def test_whatever_a_file_says_is_a_place(value: object) -> None:
    corner(place_from(value), [LEFT], SIZE)


def test_where_she_is_put_is_where_she_is_found() -> None:
    every = [LEFT, RIGHT]
    place = found(400, 300, every, SIZE)
    assert (place.screen, place.edge) == ("left", "")
    assert corner(place, every, SIZE) == (400, 300)
    place = found(2000, 500, every, SIZE)
    assert place.screen == "right"
    assert corner(place, [LEFT], SIZE)[0] <= 1920 - 230, "her screen has gone: she is on the other"
    assert corner(place, every, SIZE) == (2000, 500), "and goes back when it has come again"


def test_only_an_outer_edge_is_one_to_hide_behind() -> None:
    every = [LEFT, RIGHT]
    assert found(-100, 300, every, SIZE).edge == "left"
    assert found(1920 - 120, 300, every, SIZE).edge == "", "there the next screen begins"
    hidden = found(3200 - 100, 500, every, SIZE)
    assert hidden.edge == "right"
    x, _ = corner(hidden, every, SIZE)
    assert 3200 - x == round(230 * 0.47), "her face is half to be seen"


@given(st.floats(-5000, 5000), st.floats(-5000, 5000), st.floats(0, 1000), st.floats(0, 700))
def test_a_throw_ends_on_the_floor_and_never_outside(vx: float, vy: float, x: float, y: float) -> None:
    room = Room(0, 0, 1000, 700)
    flight, steps = thrown(Flight(x, y), vx, vy), 0
    while not flight.resting:
        flight = step(flight, room, 1 / 60)
        steps += 1
        assert room.left <= flight.x <= room.right
        assert room.top <= flight.y <= room.bottom
        assert steps < 60 * 15, "she comes to rest"
    assert flight.y == room.bottom
