"""Routes are those of a fresh ``HierarchicalMachine`` that a person would build and attach an account to."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from journeykit.statechart._transitions import Router, place_in
from journeykit.statechart.chart import Place, Region, Transition, assemble, inside


class Slashed(NestedState):
    """States whose names are separated by something that no name has."""

    separator = "/"


class Peer(HierarchicalMachine):
    """The machine as people write it."""

    state_cls = Slashed


class Account:
    """A model that callbacks note on; attaching adds the rest."""

    state: str

    def __init__(self) -> None:
        self.left: list[str] = []
        self.entered: list[str] = []


@st.composite
def trees(draw: st.DrawFn, prefix: str = "", depth: int = 0) -> tuple[Place, ...]:
    """Places up to four deep; names are the same at every level, so that nothing can lean on them being unique."""
    count = draw(st.integers(1 if depth else 2, 3))
    places = []
    for at in range(count):
        path = f"{prefix}s{at}"
        deeper = depth < 3 and draw(st.integers(0, 2 + depth)) == 0
        places.append(Place(path, draw(trees(f"{path}.", depth + 1)) if deeper else ()))
    return tuple(places)


def states_of(places: tuple[Place, ...], account: Account) -> list[dict[str, object]]:
    states = []
    for place in places:
        path = place.path
        state: dict[str, object] = {
            "name": place.name,
            "on_enter": [lambda path=path: account.entered.append(path)],
            "on_exit": [lambda path=path: account.left.append(path)],
        }
        if place.children:
            state["children"] = states_of(place.children, account)
            state["initial"] = place.children[0].name
        states.append(state)
    return states


def peer_route(region: Region, leaf: str, target: str) -> tuple[str, list[str], list[str]]:
    """Drive a fresh machine from the leaf to the target, with a transition declared at the leaf itself."""
    account = Account()
    machine = Peer(
        account,
        states=states_of(region.places, account),
        initial=leaf.replace(".", "/"),
        transitions=[["go", leaf.replace(".", "/"), target.replace(".", "/")]],
        auto_transitions=False,
    )
    assert account.state == leaf.replace(".", "/")
    account.left.clear()
    account.entered.clear()
    assert machine.events["go"].name == "go"
    assert account.trigger("go")  # type: ignore[attr-defined]
    return account.state.replace("/", "."), account.left, account.entered


@settings(max_examples=60)
@given(trees(), st.data())
def test_routes_are_those_of_a_fresh_machine(places: tuple[Place, ...], data: st.DataObject) -> None:
    region = Region("t", "", places)
    router = Router(region)
    for _ in range(4):
        leaf = data.draw(st.sampled_from(region.leaves()))
        target = data.draw(st.sampled_from([place.path for place in region.walk()]))
        route = router.route(leaf, target)
        state, left, entered = peer_route(region, leaf, target)
        assert (route.leaf, list(route.exited), list(route.entered)) == (state, left, entered)


@settings(max_examples=100)
@given(trees(), st.data())
def test_the_published_rule(places: tuple[Place, ...], data: st.DataObject) -> None:
    """Everything below the deepest place that holds both is left; the target is entered down to its first leaf."""
    region = Region("t", "", places)
    known = {place.path: place for place in region.walk()}
    leaf = data.draw(st.sampled_from(region.leaves()))
    target = data.draw(st.sampled_from(sorted(known)))
    route = Router(region).route(leaf, target)
    first = target
    while known[first].children:
        first = known[first].children[0].path
    holds_both = [path for path in known if inside(leaf, path) and inside(target, path) and path != target]
    common = max(holds_both, key=len, default="")
    assert route.leaf == first
    assert list(route.exited) == sorted((p for p in known if inside(leaf, p) and not inside(common, p)), reverse=True)
    assert list(route.entered) == sorted(p for p in known if inside(first, p) and not inside(common, p))


@given(trees())
def test_entering_from_outside_comes_to_the_first_leaf(places: tuple[Place, ...]) -> None:
    region = Region("t", "", places)
    route = Router(region).start()
    assert route.leaf == region.leaves()[0]
    assert route.exited == ()
    assert list(route.entered) == [place.path for place in region.walk() if inside(route.leaf, place.path)]


def test_paths_of_a_child_region_keep_what_is_around_them() -> None:
    branch = Region("t.a.b", "a", (Place("a.b", (Place("a.b.x"), Place("a.b.y"))),))
    region = assemble("t", [Place("a", regions=(branch,)), Place("z")], [Transition("w", "z", "a.b.y", 0)])
    child = region.places[0].regions[0]
    assert Router(child).route("a.b.x", "a.b.y").entered == ("a.b.y",)
    assert place_in(region, "a.b.y") == "a"
    assert place_in(child, "a.b.y") == "a.b.y"
