"""The look of the window as numbers: colours of day and night, one type scale, one rhythm of distances.

Everything that is drawn takes its colours and sizes from here. Text on its ground has a contrast of at least
4.5 : 1 (WCAG AA), faint text and outlines of controls at least 3 : 1; tests/ui/theme/test_tokens.py holds them to it.
"""

from dataclasses import dataclass

#: distances in logical pixels: all of them are multiples of four
TIGHT, NEAR, GAP, ROOM, WIDE = 4, 8, 12, 20, 32
#: corners
ROUND_SMALL, ROUND, ROUND_LARGE = 6, 10, 14
#: heights of what is clicked
CONTROL, CONTROL_SMALL = 36, 28

#: the type scale, in logical pixels
SMALL, BODY, LEAD, TITLE, DISPLAY = 12, 14, 16, 20, 28


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one look."""

    dark: bool
    #: grounds, from the back to the front
    paper: str
    sunken: str
    surface: str
    raised: str
    #: hairlines, and outlines of controls
    line: str
    outline: str
    #: text
    ink: str
    soft: str
    faint: str
    #: violet: what can be done, and what is chosen
    violet: str
    violet_hover: str
    violet_press: str
    on_violet: str
    wash: str
    wash_strong: str
    violet_ink: str
    #: states, each with a ground of its own
    good: str
    good_wash: str
    warn: str
    warn_wash: str
    bad: str
    bad_wash: str
    #: marks in talks: mistakes, and shifts of topic
    mistake: str
    shift: str
    shift_wash: str
    #: bubbles
    user: str
    assistant: str
    #: a message that is pointed at from elsewhere
    lit: str
    #: words that were searched for
    sought: str
    on_sought: str
    shadow: str


DAY = Tokens(
    dark=False,
    paper="#F8F3EA",
    sunken="#F1EADD",
    surface="#FFFCF7",
    raised="#FFFFFF",
    line="#E7DECF",
    outline="#8D8178",
    ink="#2A2333",
    soft="#5F5669",
    faint="#81778A",
    violet="#6B4FA0",
    violet_hover="#5E4492",
    violet_press="#4F387F",
    on_violet="#FFFFFF",
    wash="#F1EAFA",
    wash_strong="#E4D8F5",
    violet_ink="#5A3F8E",
    good="#246A4B",
    good_wash="#E2F1E8",
    warn="#8A5206",
    warn_wash="#FAEDD3",
    bad="#A82F38",
    bad_wash="#FBE5E2",
    mistake="#A6401E",
    shift="#1F727A",
    shift_wash="#DFF0EF",
    user="#EADFF7",
    assistant="#FFFFFF",
    lit="#FFE9B8",
    sought="#FFDC5C",
    on_sought="#2A2333",
    shadow="#1A2A2333",
)

NIGHT = Tokens(
    dark=True,
    paper="#1A171F",
    sunken="#141118",
    surface="#231F29",
    raised="#2B2633",
    line="#383141",
    outline="#7A6E87",
    ink="#EEE8F2",
    soft="#BEB4C8",
    faint="#9388A0",
    violet="#B096E6",
    violet_hover="#BFA8EE",
    violet_press="#CDB9F4",
    on_violet="#1D142C",
    wash="#30283F",
    wash_strong="#3E3354",
    violet_ink="#C9B4F2",
    good="#7CC9A2",
    good_wash="#1E3429",
    warn="#E2B565",
    warn_wash="#3A2D17",
    bad="#F0908F",
    bad_wash="#41221F",
    mistake="#F4A37E",
    shift="#74C4C9",
    shift_wash="#1B3437",
    user="#3B3052",
    assistant="#2B2633",
    lit="#544216",
    sought="#D3B84A",
    on_sought="#1A171F",
    shadow="#66000000",
)
