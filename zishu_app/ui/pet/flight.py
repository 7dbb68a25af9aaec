"""How she falls when she is let go in mid-air: thrown, slowed by the air, bouncing softly, coming to rest. Pure."""

from dataclasses import dataclass, replace

#: pixels per second squared; gentle: a screen of 1080 takes about a second and a half
GRAVITY = 1_200.0
#: share of the speed that is left after a second in the air, after a wall, after the floor
AIR, WALL, FLOOR = 0.55, 0.45, 0.25
#: pixels per second: the fastest throw, and what counts as standing still
FASTEST, STILL = 2_600.0, 40.0


@dataclass(frozen=True, slots=True)
class Flight:
    """Where her upper left corner is, in pixels, and how fast it moves, in pixels per second."""

    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0

    @property
    def resting(self) -> bool:
        """Whether she has come to rest."""
        return self.vx == self.vy == 0.0


@dataclass(frozen=True, slots=True)
class Room:
    """Where her upper left corner may be."""

    left: float
    top: float
    right: float
    bottom: float


def thrown(flight: Flight, vx: float, vy: float) -> Flight:
    """Let go with this speed, or with the fastest there is in the same direction."""
    speed = (vx * vx + vy * vy) ** 0.5
    share = min(1.0, FASTEST / speed) if speed else 1.0
    # a speed, however small: what has none rests, also in mid-air
    return replace(flight, vx=vx * share, vy=vy * share or 1e-3)


def step(flight: Flight, room: Room, seconds: float) -> Flight:
    """Where she is after a moment."""
    slower = AIR**seconds
    vx, vy = flight.vx * slower, flight.vy * slower + GRAVITY * seconds
    x, y = flight.x + vx * seconds, flight.y + vy * seconds
    if x < room.left or x > room.right:
        x, vx = min(max(x, room.left), room.right), -vx * WALL
    if y < room.top:
        y, vy = room.top, -vy * WALL
    if y >= room.bottom:
        y, vx = room.bottom, vx * 0.8
        vy = -vy * FLOOR if vy * FLOOR > STILL else 0.0
        if vy == 0.0 and abs(vx) < STILL:
            vx = 0.0
    return Flight(x, y, vx, vy)
