"""The lines of a drawing that say what a profile judges and does by itself: levels, derived names, reactions."""

from __future__ import annotations

from collections.abc import Iterator

from journeykit.draw.text_lines import listed, wrapped
from journeykit.language.model.profile import BandRule, Criterion, DerivedRule, Reaction
from journeykit.language.text.nodes import Node
from journeykit.naming.captions import Captions

__all__ = ["rule_lines"]


def rule_lines(captions: Captions, width: int) -> list[str]:
    """Return a block of lines each for levels, derived names and reactions, where the profile has any."""
    profile = captions.profile
    blocks = {
        "Levels": [line for band in profile.bands.values() for line in _band(band, captions, width)],
        "What is meant by": [line for rule in profile.derived.values() for line in _derived(rule, captions, width)],
        "What happens by itself": [
            line for reaction in profile.reactions.values() for line in _reaction(reaction, captions, width)
        ],
    }
    found: list[str] = []
    for title, lines in blocks.items():
        found += ["", title.upper(), "-" * len(title), *lines] if lines else []
    return found


def _band(band: BandRule, captions: Captions, width: int) -> Iterator[str]:
    """Yield the levels of a number from the highest down, and how far below its start one is left."""
    levels = [(captions.of("levels", f"{band.name}.{name}"), start) for name, start in band.levels]
    if captions.labels is None:
        levels = list(band.levels)
    said = [f"{name} from {start:.15g}" for name, start in reversed(levels[1:])]
    margin = f"; left downwards only more than {band.margin:.15g} below its start" if band.margin else ""
    of = captions.phrase(band.of)
    text = f"{captions.of('bands', band.name)}, by {of}: {', '.join([*said, f'{levels[0][0]} below'])}{margin}"
    yield from wrapped(text + _cited("bands", band.name, captions), "  ", width)


def _derived(rule: DerivedRule, captions: Captions, width: int) -> Iterator[str]:
    """Yield a derived name as a list of its criteria."""
    name, criterion = captions.of("derived", rule.name), rule.criterion
    if criterion is None:
        text = captions.phrase(rule.expr) if rule.expr is not None else ""
        yield from wrapped(f"{name}: {text}{_cited('derived', rule.name, captions)}", "  ", width)
        return
    how = {"all": "all of", "any": "any of", "at_least": f"at least {criterion.needed} of"}.get(criterion.group, "")
    held = f", held {criterion.held}" if criterion.held is not None else ""
    cited = captions.cited(criterion.source, criterion.instead_of)
    yield from wrapped(f"{name}: {how}{held}{cited}" if how else f"{name}:", "  ", width)
    members: tuple[Criterion, ...] = criterion.members or (criterion,)
    for member in members:
        yield from wrapped(captions.criterion(member), "      ", width)


def _reaction(reaction: Reaction, captions: Captions, width: int) -> Iterator[str]:
    """Yield what sets a reaction off, and what it opens and does."""
    name = captions.of("reactions", reaction.name)
    kind = "" if reaction.kind == "account" else f" (for every {captions.of('subjects', reaction.kind).lower()})"
    yield from wrapped(f"{name}{kind}{_cited('reactions', reaction.name, captions)}", "  ", width)
    opens = [
        f"{captions.of('subjects', one.kind)}{', unless one of these is open' if one.unless_open else ''}"
        for one in reaction.opens
    ]
    gates = {
        "upon": [captions.signal(reaction.upon, account=reaction.upon_account)] if reaction.upon is not None else [],
        "when": [captions.criterion(one) for one in reaction.when],
        "opens": opens,
        "does": [captions.of("actions", one) for one in reaction.do],
        "cooldown": [str(reaction.cooldown)] if reaction.cooldown is not None else [],
    }
    for head, texts in gates.items():
        yield from listed(head, texts, "      ", width, pad=9)


def _cited(sort: str, name: str, captions: Captions) -> str:
    """Return the source that is written beside an entry, in brackets; empty where it has none."""
    node = captions.profile.tree
    for key in (sort, name, "source"):
        node = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
    return captions.cited(_text(node)) if node is not None else ""


def _text(node: Node) -> str:
    return ", ".join(map(_text, node.value)) if isinstance(node.value, list) else str(node.value)
