"""From a merged tree to a profile: its shape is checked, names are looked up, expressions typed.

Names come first, then places and milestones, then derived names and bands, then all that reads them. Every part notes
its faults and goes on, so that an author sees all of them at once.
"""

from __future__ import annotations

from journeykit.dates import zone
from journeykit.language.model.profile import Profile, Written
from journeykit.language.resolve.countdown_keys import check_contract_facts
from journeykit.language.resolve.criterion_keys import build_scope, resolve_derived
from journeykit.language.resolve.declarations import resolve_names, settle_signals
from journeykit.language.resolve.effect_keys import reaction
from journeykit.language.resolve.resolution import Resolution, own_name, place_of
from journeykit.language.resolve.track_keys import index_places, track
from journeykit.language.schema.shape_check import check_shape
from journeykit.language.text.inheritance import Removals
from journeykit.language.text.nodes import Faults, Node, words_for
from journeykit.language.text.scalars import NAME

__all__ = ["resolve"]


def resolve(root: Node, faults: Faults, removals: Removals | None = None, written: tuple[Written, ...] = ()) -> Profile:
    """Return the profile that a merged tree means.

    Args:
        root: the tree after inheritance, with short forms written out.
        faults: what was found so far; receives what is found here, warnings too.
        removals: what children removed, for faults that name something removed.
        written: the texts it was merged from, the profile's own first.

    Raises:
        ProfileError: there are errors in ``faults``, old or new.
    """
    if not isinstance(root.value, dict):
        faults.add("JK014", root.at, (), f"{words_for(root.value)}, expected a map that starts with 'profile: name'")
        faults.stop()
    spec, dropped = check_shape(root, faults)
    context = Resolution(spec, root, faults, removals or Removals(), dropped)
    for path in dropped:
        # What was left out is missing from now on, and whatever names it is not to blame.
        context.doubtful.update(filter(None, (own_name(path), place_of(path))))
    _identity(context)
    resolve_names(context)
    index_places(context)
    build_scope(context)
    resolve_derived(context)
    settle_signals(context)
    tracks = {name: track(context, name, one) for name, one in spec.tracks.items()}
    check_contract_facts(context)
    reactions = {name: reaction(context, name, one) for name, one in spec.reactions.items()}
    faults.stop()
    return Profile(
        name=spec.profile or "",
        version=spec.version or "0",
        at=root.at,
        timezone=spec.timezone or "UTC",
        roles=context.roles,
        kinds=context.kinds,
        feeds=context.feeds,
        facts=context.facts,
        bands=context.bands,
        derived=context.derived,
        signals=context.signals,
        confirmations=context.confirmations,
        reactions=reactions,
        tracks=tracks,
        title=spec.title,
        about=spec.about,
        parents=tuple(one.profile for one in written[1:]),
        written=written,
        tree=root,
    )


def _identity(context: Resolution) -> None:
    spec = context.spec
    if spec.profile is None:
        if context.is_clean(("profile",)):
            context.fault("JK015", (), "a profile needs its name", "start with 'profile: name'")
    elif not NAME.fullmatch(spec.profile):
        message = f'"{spec.profile}" is not a name'
        hint = "a small letter first, then small letters, digits and _, at most 64"
        context.fault("JK006", ("profile",), message, hint)
    if spec.timezone is not None:
        try:
            zone(spec.timezone)
        except ValueError as error:
            context.fault("JK111", ("timezone",), str(error))
    if not spec.tracks and context.is_clean(("tracks",)):
        context.fault("JK015", (), "a profile needs at least one track", "write tracks: {name: {stages: {first: {}}}}")
