"""The five commands: each takes the parsed options, prints, and returns an exit code; other packages do the work."""

from __future__ import annotations

import json
import re
import shutil
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, redirect_stdout, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from journeykit.answers.explain import Explanation
from journeykit.answers.explain import explain as explain_track
from journeykit.cli import worklist
from journeykit.cli.account_overview import SCREEN, account_overview
from journeykit.cli.explain_code import explain_code
from journeykit.cli.labels_option import Naming
from journeykit.cli.left_out_file import write_left_out
from journeykit.cli.outputs import STANDARD, check_outputs, written
from journeykit.cli.portfolio_table import portfolio_table
from journeykit.cli.streams import for_programs, standard_input
from journeykit.dates import Period, parse_instant
from journeykit.draw.text_tables import write_csv
from journeykit.engine.inputs import EVERY_ACCOUNT
from journeykit.engine.view import View
from journeykit.errors import Finding, InputError, JourneykitError, Location, MissingExtraError, ProfileError
from journeykit.journey.history import History
from journeykit.journey.input_sources import lines_of
from journeykit.language import catalog
from journeykit.lint.remarks import remarks
from journeykit.machine.compiler import load
from journeykit.machine.machine import Machine
from journeykit.naming.labels import FOLDER, examine_folder
from journeykit.plain import in_short, one_line, printable
from journeykit.portfolio.book import Book, LeftOut, reach, replay_beside

__all__ = ["due", "explain", "lint", "print_left_out", "replay", "show", "terminal_width"]

_AT = re.compile(r'"at"\s*:\s*"(\d{4}-\d\d-\d\d)', re.ASCII)
CLEAN, FINDINGS, BAD = 0, 1, 2
REASONS, NUMBERS = 40, 20
"""How many reasons are told of what was left out, and how many line numbers for each; the rest is counted."""


def lint(options: Namespace) -> int:
    """Check profiles, print everything that is wrong with them, and return the exit code."""
    if options.explain:
        print(printable(explain_code(options.explain, terminal_width())))
        return CLEAN
    if not options.paths:
        raise JourneykitError("lint: name a profile or a folder of profiles, or a code with --explain")
    files = [file for path in options.paths if not _is_of_scenarios(path) for file in _profiles(path)]
    if not files:
        raise JourneykitError("lint: no profile is named; files of scenarios are played by journeykit test")
    read: list[catalog.ProfileReading] = []
    findings = [finding for file in files for finding in _findings(file, read)]
    findings += [finding for folder in dict.fromkeys(map(_folder, files)) for finding in examine_folder(folder)]
    for finding in findings:
        print(printable(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    counts = (_count(len(files), "profile"), _count(errors, "error"), _count(len(findings) - errors, "warning"))
    print(", ".join(counts))
    return FINDINGS if findings else CLEAN


def show(options: Namespace) -> int:
    """Show a profile, several side by side, or where the values of one come from; return the exit code."""
    from journeykit.cli import show as showing

    return showing.show(options, terminal_width())


def replay(options: Namespace) -> int:
    """Replay a file of inputs, print the portfolio and write what was asked for; return the exit code."""
    book = _read_book(options)
    if options.out:
        with written(options.out) as target:
            target.writelines(json.dumps(record.to_dict(), ensure_ascii=False) + "\n" for record in book.records())
    if options.positions:
        with written(options.positions) as target:
            _write_positions(target, book)
    taken = sum(len(history.inputs) for history in book.accounts.values())
    made = sum(len(history.records) for history in book.accounts.values())
    summary = (
        f"{_count(len(book.accounts), 'account')}, {_count(taken, 'input')} taken, {_count(made, 'record')}, "
        f"{_when(book, options)}\n"
    )
    # Profile names keep the columns of the table narrow; labels stand in it only if --lang asks for them.
    began = any(history.snapshot is not None for history in book.accounts.values())
    table = portfolio_table(book, terminal_width(), Naming.said(options, default=None)) if began else ""
    with _aside(options):
        print(summary)
        print(table or f"no account began in these inputs{f' by {options.until}' if options.until else ''}")
    _print_remarks(book)
    return print_left_out(book.left_out, options.left_out)


def explain(options: Namespace) -> int:
    """Explain one account, track by track, and return the exit code.

    Raises:
        JourneykitError: there is no such account, track or subject in these inputs.
    """
    book = _read_book(options, only=options.account)
    history = book.accounts.get(options.account)
    if history is None or history.snapshot is None:
        print_left_out(book.left_out, options.left_out)
        whence = "standard input" if options.inputs == STANDARD else options.inputs
        if history is not None and options.until:
            raise JourneykitError(f"{whence}: account {options.account!r} had not begun by {options.until}")
        unread = sum(left.input is None and left.line is not None for left in book.left_out)
        perhaps = f"; {_count(unread, 'line')} of it cannot be read, so it may be among them" if unread else ""
        raise JourneykitError(f"{whence}: no account {options.account!r} began there{perhaps}; is the id spelled so?")
    texts = list(_explanations(history, options))
    if not texts:
        known = ", ".join(subject.key for subject in View(history.machine, history.snapshot).subjects)
        raise JourneykitError(f"{options.account!r} has no such subject {options.subject!r} there; open: {known}")
    whole = printable("\n\n".join(map(str, texts)))
    lines = whole.count("\n") + 1
    if not (options.all or options.track or options.subject or lines <= SCREEN):
        view, names = View(history.machine, history.snapshot), Naming.said(options).of(history.machine)
        whole = account_overview(view, texts, names, terminal_width(), lines)
    with _aside(options):
        print(whole)
    return print_left_out(book.left_out, options.left_out)


def due(options: Namespace) -> int:
    """List what is overdue and what falls due next in every account, and return the exit code."""
    try:
        within = reach(Period.parse(options.within), "--within")
    except ValueError as fault:
        raise InputError("bad_shape", f'--within: expected a period such as "30 days": {fault}') from None
    write = _calendar_writer() if options.format == "ics" else None
    if options.format != "text" and options.left_out == STANDARD:
        raise JourneykitError(f"--left-out: the {options.format} goes to standard output; name a file")
    book = _read_book(options, flag="--at")
    # What programs read keeps to profile names, so that a thing is called the same in every language.
    naming = Naming() if options.format in ("csv", "json") else Naming.said(options)
    found = worklist.items(book, within, options.role, options.track, naming)
    write = {"csv": worklist.write_items, "json": worklist.write_json}.get(options.format, write)
    if write is not None:
        write(for_programs(sys.stdout), found)
    else:
        with _aside(options):
            print(_summary(book, found, options))
            if found:
                print(f"\n{worklist.as_text(found, terminal_width())}")
    return print_left_out(book.left_out, options.left_out)


def _print_remarks(book: Book) -> None:
    """Print what the table does not show, on standard error; it changes no exit code."""
    sys.stdout.flush()
    for remark in book.remarks:
        print(printable(f"\nremark: {remark}"), file=sys.stderr)


def _when(book: Book, options: Namespace) -> str:
    """Say as of when the accounts are shown, and how many had not begun then."""
    if not options.until:
        return "each as of its last input"
    later = sum(history.snapshot is None for history in book.accounts.values())
    return f"as of {options.until}" + (f" ({later:,} of them had not begun)" if later else "")


def _aside(options: Namespace) -> AbstractContextManager[object]:
    """Let what people read go to standard error where an option has taken standard output."""
    return redirect_stdout(sys.stderr) if STANDARD in _outputs(options).values() else nullcontext()


def _outputs(options: Namespace) -> dict[str, str | None]:
    """Return the options that name a file to be written, with the name; None where they were not given."""
    return {f"--{name.replace('_', '-')}": getattr(options, name, None) for name in ("out", "positions", "left_out")}


def _calendar_writer() -> Callable[[TextIO, list[worklist.Item]], None]:
    """Return what writes calendar files, whose library is an extra."""
    try:
        from journeykit.cli.calendar_file import write_calendar
    except ImportError:
        raise MissingExtraError("--format ics", "icalendar", "ics") from None
    return write_calendar


def _summary(book: Book, found: list[worklist.Item], options: Namespace) -> str:
    counts = Counter(item.status for item in found)
    done = f" ({counts['done']:,} done already)" if counts["done"] else ""
    return (
        f"{_count(len(book.accounts), 'account')} {_when(book, options)}: {counts['overdue']:,} overdue, "
        f"{counts['due'] + counts['done']:,} due within {options.within}{done}"
    )


def print_left_out(left_out: list[LeftOut], listed: str | None = None) -> int:
    """Print which lines were left out and why, lines with one reason together, and return the exit code for it.

    Where not all are told, ``listed`` is the file that has them all; without it the option that writes one is named.
    """
    if not left_out:
        return CLEAN
    sys.stdout.flush()
    reasons: dict[str, list[LeftOut]] = {}
    for left in left_out:
        reasons.setdefault(f"{left.error} [{left.error.code}]", []).append(left)
    cut = len(reasons) > REASONS or any(len(lefts) > NUMBERS for lefts in reasons.values())
    where = "standard output" if listed == STANDARD else listed
    way_on = f"{where} has" if where else "--left-out FILE lists"
    told = f" ({printable(way_on, '')} all of them)" if cut else ""
    print(f"\nleft out: {_count(len(left_out), 'line')}{told}", file=sys.stderr)
    for reason, lefts in list(reasons.items())[:REASONS]:
        print(one_line(f"  {_where(lefts)}: {reason}"), file=sys.stderr)
    if len(reasons) > REASONS:
        print(f"  ... and {_count(len(reasons) - REASONS, 'more reason')}{told}", file=sys.stderr)
    return FINDINGS


def _where(lefts: list[LeftOut]) -> str:
    numbers = [str(left.line) for left in lefts if left.line is not None]
    whose = f" ({in_short(lefts[0].account)})" if len(lefts) == 1 and lefts[0].account else ""
    more = f" and {len(numbers) - NUMBERS} more" if len(numbers) > NUMBERS else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:NUMBERS])}{more}{whose}"


def terminal_width() -> int:
    """Return the number of columns to print for: those of the terminal, and 160 where there is none."""
    return shutil.get_terminal_size((160, 24)).columns


def _is_of_scenarios(path: str) -> bool:
    """Tell whether a path is a file of scenarios, and say so: a shell's ``*.yaml`` names them too."""
    if not path.endswith(".scenarios.yaml") or Path(path).is_dir():
        return False
    print(printable(f"{path}: this is a file of scenarios, not a profile; journeykit test plays it"))
    return True


def _profiles(path: str) -> Iterator[str]:
    """Yield the profiles that a path given to ``lint`` means.

    That is the file itself, every profile in a folder, or a shipped segment by its name.
    """
    folder = Path(path)
    if not folder.is_dir():
        if not folder.is_file() and path not in catalog.names():
            raise JourneykitError(f"{path}: no such file, folder or shipped segment")
        yield path if path in catalog.names() and not folder.is_file() else str(folder)
        return
    found = sorted(file for file in folder.rglob("*.y*ml") if file.suffix in {".yaml", ".yml"} and _is_profile(file))
    if not found:
        raise JourneykitError(f"{path}: no profile (*.yaml) in this folder")
    yield from map(str, found)


def _is_profile(file: Path) -> bool:
    """Tell whether a file is a profile by its name: not one of scenarios, and not one of labels."""
    return "." not in file.stem and file.parent.name != FOLDER


def _folder(file: str) -> Path:
    """Return the folder in which a profile lies; for a shipped segment, the one in which these lie."""
    return Path(file).parent if Path(file).is_file() else catalog.segments_dir()


def _findings(file: str, read: list[catalog.ProfileReading]) -> tuple[Finding, ...]:
    """Return everything found in one profile; ``read`` are those before it, of which it may be a copy."""
    try:
        # A plain name would be looked for among the shipped segments; here it is a file if there is one.
        reading = catalog.examine(Path(file) if Path(file).is_file() else file)
    except ProfileError as error:
        return error.findings
    found = remarks(reading, read)
    read.append(reading)
    return found


def _read_book(options: Namespace, only: str | None = None, flag: str = "--until") -> Book:
    machine = load(options.profile) if options.profile else None
    written_in = machine.profile.written if machine else ()
    parents = {
        f"{one.profile}, a profile that is read": str(Path(one.folder, Path(one.file).name))
        for one in written_in
        if one.folder
    }
    check_outputs(_outputs(options), {"the file of inputs": options.inputs, **parents})
    until = _instant(options.until, flag)
    lines: Iterable[str] = lines_of(standard_input() if options.inputs == STANDARD else Path(options.inputs))
    # Lines of others become empty ones, so that refusals still tell the numbers of the lines in the file.
    beside: list[date] = []
    chosen = lines if only is None else _of_account(lines, only, beside)
    if options.left_out is None:
        return replay_beside(chosen, machine or _shipped, until, None, beside)
    kept = list(chosen)
    book = replay_beside(kept, machine or _shipped, until, None, beside)
    write_left_out(options.left_out, options.inputs, book.left_out, kept)
    return book


def _of_account(lines: Iterable[str], account: str, beside: list[date]) -> Iterator[str]:
    """Yield the lines of one account, and empty ones for the others; add to ``beside`` the days of these."""
    for line in lines:
        if _concerns(line, account):
            yield line
        else:
            with suppress(ValueError):
                beside += [date.fromisoformat(said) for said in _AT.findall(line)[:1]]
            yield ""


def _concerns(line: str, account: str) -> bool:
    """Tell whether a line is an input of this account or of all; one that does not say whose it is may be anybody's."""
    try:
        raw = json.loads(line, object_pairs_hook=list)
        if not isinstance(raw, list) or not all(isinstance(pair, tuple) for pair in raw):
            return True
        said = [value for key, value in raw if key == "account"]
        # An id with bytes that are not UTF-8 may be any; one that stands twice is refused.
        return (
            len(said) != 1
            or not isinstance(said[0], str)
            or not said[0].encode()
            or said[0] in (account, EVERY_ACCOUNT)
        )
    except (ValueError, RecursionError):
        return True


def _shipped(name: str) -> Machine:
    """Return the machine that a ``begin`` names.

    Inputs may name shipped segments only; files are named on the command line.
    """
    if name not in catalog.names():
        names = ", ".join(catalog.names())
        hint = f"shipped are {names}; give another one with --profile FILE"
        raise ProfileError(
            [Finding("JK010", "error", Location("begin"), "profile", f"no shipped segment {name!r}", hint)]
        )
    return load(name)


def _instant(text: str | None, flag: str) -> datetime | date | None:
    try:
        return None if text is None else parse_instant(text)
    except ValueError as fault:
        raise InputError("bad_shape", f"{flag}: {fault}") from None


def _write_positions(target: TextIO, book: Book) -> None:
    rows = book.positions()
    head = ("account", "profile", "subject", "region", "path", "since", "placed", "stuck", "pace")
    write_csv(target, head, ([_cell(row[name]) for name in head] for row in rows))


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _explanations(history: History, options: Namespace) -> Iterator[Explanation]:
    machine, snapshot, track, subject = history.machine, history.snapshot, options.track, options.subject
    tracks, said = machine.profile.tracks, Naming.said(options).labels(machine)
    assert snapshot is not None
    if track is not None and track not in tracks:
        raise JourneykitError(f"track: {track!r} is not in profile {snapshot.profile!r}; tracks: {', '.join(tracks)}")
    view = View(machine, snapshot)
    for name in [track] if track is not None else tracks:
        for one in view.of_kind(tracks[name].per):
            if subject in (None, one.key, one.id):
                yield explain_track(view, name, one.key, history.records, said)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
