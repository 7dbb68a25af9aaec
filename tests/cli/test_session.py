"""What commands take from their flags when they go on with a run."""

import pytest

from zishu_app.cli.arguments import build_parser
from zishu_app.cli.session import limits_of


@pytest.mark.parametrize(
    ("flags", "limits"),
    [
        ([], {}),
        (["--max-total-tokens", "9000"], {"max_total_tokens": 9000}),
        (["--max-cost", "1.5"], {"max_cost": 1.5}),
    ],
)
def test_a_limit_that_is_not_named_stays_as_it_was(flags: list[str], limits: dict[str, float]) -> None:
    for command in ("generate", "distill"):
        assert limits_of(build_parser().parse_args([command, "--continue", *flags])) == limits
