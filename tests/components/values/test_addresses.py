"""How many addresses functions need, by Oracle's method, and which part of a network they get."""

from __future__ import annotations

import ipaddress
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.values import addresses
from components.values.addresses import Load, layout
from components.values.limits import MEMORY_IN_MBS

FUNCTIONS = st.lists(
    st.tuples(st.sampled_from(MEMORY_IN_MBS), st.integers(0, 20_000)), min_size=1, max_size=6
)
PREFIXES = st.integers(addresses.WIDEST, addresses.NARROWEST - 1)


def test_the_example_of_oracles_page() -> None:
    """2000 executions of 512 MB take 1000 GB: 72 addresses and the 3 of one subnet, so a /25."""
    load = Load.of([(512, 2000)])

    assert (load.addresses, load.needed(1), load.prefix) == (72, 75, 25)


def test_a_function_without_provisioned_concurrency_runs_once() -> None:
    """It is counted with one execution, and the smallest subnet holds it."""
    load = Load.of([(128, 0)])

    assert (load.in_mbs, load.needed(1), load.needed(3), load.prefix) == (128, 4, 10, 30)


@given(FUNCTIONS)
def test_the_prefix_is_the_narrowest_that_holds_the_functions(functions: list[tuple[int, int]]) -> None:
    """Counted in GB as the page does: the block holds what they need, and half of it does not."""
    gb = sum(memory / 1024 * max(1, count) for memory, count in functions)
    needed = ceil(gb / 14) + 3

    load = Load.of(functions)

    assert load.needed(1) == needed
    assert 2 ** (32 - load.prefix) >= needed
    assert load.prefix == addresses.NARROWEST or 2 ** (31 - load.prefix) < needed


@given(FUNCTIONS, PREFIXES)
def test_subnets_lie_in_the_network_apart_and_are_wide_enough(
    functions: list[tuple[int, int]], prefix: int
) -> None:
    """Or the network is refused, and then no half of it holds the functions."""
    network, load = ipaddress.IPv4Network(f"10.0.0.0/{prefix}"), Load.of(functions)
    if 2 ** (31 - prefix) < load.needed(1):
        with pytest.raises(ValueError, match=f"need {load.needed(1)} addresses"):
            layout(str(network), load)
        return

    found = layout(str(network), load)

    private, public = ipaddress.IPv4Network(found.private), ipaddress.IPv4Network(found.public)
    assert private.subnet_of(network)
    assert public.subnet_of(network)
    assert not private.overlaps(public)
    assert private.num_addresses >= load.needed(1)
    assert private.prefixlen <= max(addresses.USUAL, prefix + 1)
    assert private.network_address == network.network_address
    assert public.broadcast_address == network.broadcast_address


@given(FUNCTIONS, st.sampled_from(MEMORY_IN_MBS))
def test_another_function_never_moves_the_subnets_of_a_small_network(
    functions: list[tuple[int, int]], memory: int
) -> None:
    """Of a network of a /23 or narrower the subnets are its halves, whatever runs in them."""
    try:
        wider = layout("10.0.0.0/23", Load.of([*functions, (memory, 10)]))
    except ValueError:
        return

    assert wider == layout("10.0.0.0/23", Load.of(functions))


def test_a_network_that_is_too_small_is_refused_with_the_numbers() -> None:
    """What is needed, why, and what would do."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 the whole text is compared
        layout("10.0.0.0/25", Load.of([(512, 2000)]))

    assert str(refused.value) == (
        "10.0.0.0/25 is too small: functions that use 1000 GB at one time need 75 addresses, so a subnet of "
        "/25, and it is a half of the network; expected /24 or wider"
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("10.0.0.0", "10.0.0.0 is not an IPv4 CIDR block written as 10.0.0.0/32"),
        ("10.0.0.1/24", "10.0.0.1/24 is not an IPv4 CIDR block written as 10.0.0.0/24"),
        ("10.0.0.0/255.255.255.0", "written as 10.0.0.0/24"),
        ("10.0.0/24", "10.0.0/24 is not an IPv4 CIDR block such as"),
        ("fd00::/64", "fd00::/64 is not an IPv4 CIDR block such as"),
        ("10.0.0.0/15", "10.0.0.0/15 is not between /16 and /29"),
        ("10.0.0.0/30", "10.0.0.0/30 is not between /16 and /29"),
        ("169.254.0.0/16", "169.254.0.0/16 is reserved"),
        ("224.0.0.0/16", "224.0.0.0/16 is reserved"),
    ],
)
def test_what_no_network_can_be_is_refused(value: str, reason: str) -> None:
    """Syntax, size, and ranges that Oracle keeps."""
    with pytest.raises(ValueError, match=reason.replace(".", r"\.")):
        addresses.network_cidr(value)


@pytest.mark.parametrize(
    ("block", "inside"), [("10.0.4.0/24", True), ("10.0.0.0/16", True), ("10.0.0.0/15", False)]
)
def test_a_block_within_a_network(block: str, inside: bool) -> None:
    """Wholly, or not."""
    assert addresses.within(block, "10.0.0.0/16") is inside
