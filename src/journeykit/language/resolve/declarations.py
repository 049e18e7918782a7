"""Keys that declare the vocabulary: roles, kinds of subject, feeds, facts, signals and confirmations."""

from __future__ import annotations

from journeykit.dates import Period
from journeykit.language.expressions.parser import RESERVED
from journeykit.language.expressions.tree import ACCOUNT
from journeykit.language.model.profile import Confirmation, FactRule, Feed, Kind, Role, Signal
from journeykit.language.resolve.resolution import TERM, Resolution, one_source
from journeykit.language.resolve.values import lasting, number, parsed
from journeykit.language.schema.models import ConfirmationSpec, FactSpec, FeedSpec, SignalSpec
from journeykit.language.text.nodes import Path, listed
from journeykit.language.text.scalars import NAME
from journeykit.language.vocabulary import SHARE_BOUNDS

__all__ = ["resolve_names", "settle_signals"]

_COUNTED = frozenset({"number", "integer", "share", "money"})


def resolve_names(context: Resolution) -> None:
    """Resolve roles, kinds, feeds, facts, signals and confirmations, and note every name that is declared twice."""
    _roles(context)
    _kinds(context)
    for holder, facts in context.spec.facts.items():
        for name in facts:
            _declare(context, name, ("facts", holder, name))
    for section in ("bands", "signals", "confirmations", "derived"):
        for name in getattr(context.spec, section):
            _declare(context, name, (section, name))
    for name, feed in context.spec.feeds.items():
        context.feeds[name] = _feed(context, name, feed, ("feeds", name))
    _facts(context)
    for name, signal in context.spec.signals.items():
        context.signals[name] = _signal(context, name, signal, ("signals", name))
    for name, word in context.spec.confirmations.items():
        context.confirmations[name] = _confirmation(context, name, word, ("confirmations", name))


def _declare(context: Resolution, name: str, path: Path) -> None:
    if name in RESERVED:
        context.fault_at_key("JK112", path, f'"{name}" is a word of the language', "choose another name")
    first = context.declared.setdefault(name, path)
    if first != path:
        message = f'"{name}" is declared twice, first at {context.key_at(first)} as {".".join(first)}'
        hint = "facts, bands, signals, confirmations and derived share one set of names: rename one"
        context.fault_at_key("JK110", path, message, hint)
        context.doubtful.add(name)


def _roles(context: Resolution) -> None:
    for name, role in context.spec.roles.items():
        path = ("roles", name)
        if role.side is None and context.is_clean((*path, "side")):
            context.fault_at_key("JK015", path, "a role needs its side", "write side: us or side: customer")
        elif role.side == "customer" and role.played_by:
            message = "a role of the customer cannot be played by the product"
            context.fault_at_key(
                "JK113", (*path, "played_by"), message, "only the customer confirms for the customer: delete this line"
            )
        context.roles[name] = Role(name, role.side or "us", role.played_by)


def _kinds(context: Resolution) -> None:
    context.kinds[ACCOUNT] = Kind(ACCOUNT)
    for name, subject in context.spec.subjects.items():
        path = ("subjects", name)
        if name in (ACCOUNT, TERM):
            context.fault_at_key(
                "JK112",
                path,
                f'"{name}" cannot be the name of a kind of subject',
                "it has a meaning of its own: choose another name",
            )
            continue
        term: tuple[str, str] | None = None
        if subject.term is not None:
            if len(subject.term) == 2 and subject.term[0] != subject.term[1] and all(map(NAME.fullmatch, subject.term)):
                term = (subject.term[0], subject.term[1])
            else:
                message = "expected two names of date facts: [start of the term, end of the term]"
                context.fault("JK111", (*path, "term"), message)
        if term and context.term_kind:
            first = context.key_at(("subjects", context.term_kind, "term"))
            message = f'only one kind of subject has terms; "{context.term_kind}" has them at {first}'
            context.fault_at_key("JK112", (*path, "term"), message, "delete one of the two")
            term = None
        if subject.opens_with is not None and not _is_subject_id(subject.opens_with):
            context.fault(
                "JK111", (*path, "opens_with"), "expected the id of the first subject, a text without blanks or colons"
            )
        context.kinds[name] = Kind(name, subject.opens_with, term)


def _is_subject_id(text: str) -> bool:
    return bool(text) and ":" not in text and not any(map(str.isspace, text))


def _feed(context: Resolution, name: str, spec: FeedSpec, path: Path) -> Feed:
    if spec.down_after is None and context.is_clean((*path, "down_after")):
        message = "a feed needs the silence after which it is down"
        context.fault_at_key("JK015", path, message, "write down_after: 3 days")
    down_after = parsed(context, spec.down_after, (*path, "down_after"), lasting)
    at = context.key_at(path)
    # The period only fills in for a faulty one: with a fault there is no profile.
    return Feed(name, down_after or Period(0, 1), at, spec.label, one_source(spec.source))


def _facts(context: Resolution) -> None:
    for holder, facts in context.spec.facts.items():
        path: Path = ("facts", holder)
        kind: str | None = holder
        if holder == TERM:
            kind = context.term_kind
            if kind is None:
                context.fault_at_key(
                    "JK112", path, "no kind of subject has terms", "add term: [start, end] to one in subjects"
                )
        elif holder not in context.kinds:
            context.unknown(path, "kind of subject", holder, [*context.kinds, TERM], ("subjects", holder))
            kind = None
        for name, fact in facts.items():
            if kind is None:
                context.doubtful.add(name)
            else:
                rule = _fact(context, name, fact, (*path, name), kind, per_term=holder == TERM)
                context.facts.setdefault(name, rule)
    for found in list(context.kinds.values()):
        for name in found.term or ():
            _term_fact(context, found, name)


def _term_fact(context: Resolution, kind: Kind, name: str) -> None:
    """Declare a date of a term as a fact, or check the declaration where it has one of its own."""
    path = ("subjects", kind.name, "term")
    if name not in context.declared:
        context.declared[name] = path
        context.facts[name] = FactRule(name, kind.name, "date", context.at(path))
        return
    rule = context.facts.get(name)
    if name in context.doubtful and rule is None:
        return
    if rule is None or rule.kind != kind.name or rule.per_term or rule.type != "date":
        message = (
            f'"{name}" must be a date fact of {kind.name}, it is declared at {context.key_at(context.declared[name])}'
        )
        context.fault("JK112", path, message, f"declare it under facts.{kind.name} as a date, or not at all")


def _fact(context: Resolution, name: str, spec: FactSpec, path: Path, kind: str, *, per_term: bool) -> FactRule:
    if spec.type is None:
        context.doubtful.add(name)
        if context.is_clean((*path, "type")):
            context.fault_at_key("JK015", path, "a fact needs a type", "write type: number, boolean, share, date, ...")
    between = SHARE_BOUNDS if spec.type == "share" else None
    if spec.between is not None:
        between = _between(context, spec, (*path, "between"))
    of = tuple(spec.of or ())
    if spec.type == "choice" and not of and context.is_clean((*path, "of")):
        context.fault_at_key("JK015", path, "a choice needs its values", "write of: [first, second]")
    elif of and spec.type not in ("choice", None):
        message = f"of belongs to type choice, this is {spec.type}"
        context.fault_at_key("JK017", (*path, "of"), message, "delete it")
    bad = [value for value in of if not NAME.fullmatch(value) or value in RESERVED] or [
        value for value in of if of.count(value) > 1
    ]
    if bad:
        context.fault(
            "JK111", (*path, "of"), f'the value "{bad[0]}", expected different names of small letters, digits and _'
        )
    return FactRule(
        name,
        kind,
        spec.type or "text",
        context.key_at(path),
        per_term,
        between,
        of,
        spec.measures,
        spec.label,
        one_source(spec.source),
        context.feed(spec.feed, (*path, "feed")),
        parsed(context, spec.stale_after, (*path, "stale_after"), lasting),
    )


def _between(context: Resolution, spec: FactSpec, path: Path) -> tuple[float, float] | None:
    assert spec.between is not None
    if spec.type is not None and spec.type not in _COUNTED:
        context.fault_at_key(
            "JK017", path, f"between belongs to facts that are counted, this is {spec.type}", "delete it"
        )
        return None
    value = spec.between.is_
    limits = [number(one) for one in value] if isinstance(value, list) else []
    if len(limits) != 2 or limits[0] is None or limits[1] is None or limits[0] > limits[1]:
        context.fault("JK111", path, "expected the lowest and the highest value, such as [0, 100]")
        return None
    return limits[0], limits[1]


def _signal(context: Resolution, name: str, spec: SignalSpec, path: Path) -> Signal:
    if spec.per == TERM:
        message = "a signal belongs to the account or to a kind of subject"
        context.fault("JK112", (*path, "per"), message, f"write per: {context.term_kind or 'a kind'}")
        kind = context.term_kind or ACCOUNT
    else:
        kind = context.kind(spec.per, (*path, "per"))
    for key, type_ in spec.carries.items():
        if type_ == "choice":
            context.fault("JK111", (*path, "carries", key), "a signal cannot carry a choice", "write text")
    feed = context.feed(spec.feed, (*path, "feed"))
    lasts = parsed(context, spec.lasts, (*path, "lasts"), lasting)
    return Signal(name, kind, context.key_at(path), dict(spec.carries), spec.settled_by, spec.label, feed, lasts)


def settle_signals(context: Resolution) -> None:
    """Check what ``settled_by`` names, once all names are known."""
    for name, signal in context.signals.items():
        if signal.settled_by is None:
            continue
        path = ("signals", name, "settled_by")
        given(context, signal.settled_by, signal.kind, path)
        if signal.settled_by == name:
            context.fault("JK112", path, "a signal cannot settle itself", "name what shows that it is over")


def given(context: Resolution, name: str, kind: str, path: Path) -> None:
    """Check that a name is a signal, confirmation or boolean fact, of the kind ``kind`` or the account."""
    if name in context.doubtful:
        return
    other = context.facts.get(name) or context.signals.get(name) or context.confirmations.get(name)
    if other is None:
        known = [
            *context.signals,
            *context.confirmations,
            *(one.name for one in context.facts.values() if one.type == "boolean"),
        ]
        context.unknown(path, "signal, confirmation or boolean fact", name, known, *context.removed_paths(name))
    elif other.kind not in (kind, ACCOUNT):
        own = listed(dict.fromkeys((kind, ACCOUNT)), "or")
        context.fault("JK114", path, f'"{name}" belongs to {other.kind}, expected something of {own}')
    elif isinstance(other, FactRule) and other.type != "boolean":
        message = f'the fact "{name}" has the type {other.type}, expected a signal, a confirmation or a boolean fact'
        context.fault("JK114", path, message)


def _confirmation(context: Resolution, name: str, spec: ConfirmationSpec, path: Path) -> Confirmation:
    per_term = spec.per == TERM
    if per_term and context.term_kind is None:
        context.fault(
            "JK112", (*path, "per"), "no kind of subject has terms", "add term: [start, end] to one in subjects"
        )
    kind = (context.term_kind or ACCOUNT) if per_term else context.kind(spec.per, (*path, "per"))
    if not spec.by and context.is_clean((*path, "by")):
        context.fault_at_key(
            "JK015", path, "it needs the roles that may give this confirmation", "write by: role, or by: [role, role]"
        )
    for number_, role in enumerate(spec.by or ()):
        context.role(role, (*path, "by", str(number_)))
    lasts = parsed(context, spec.lasts, (*path, "lasts"), lasting)
    return Confirmation(name, kind, tuple(spec.by or ()), context.key_at(path), per_term, spec.label, lasts)
