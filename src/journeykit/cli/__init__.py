"""The command line: ``journeykit lint``, ``show``, ``replay``, ``explain``, ``due``, ``test``.

Exit codes: 0 clean, 1 findings (or lines left out), 2 wrong usage or input that cannot be read, 130 interrupted. No
traceback reaches a user, unless ``JOURNEYKIT_TRACEBACK`` is set.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from journeykit import __version__
from journeykit.cli import streams
from journeykit.errors import JourneykitError
from journeykit.plain import one_line, printable

__all__ = ["main"]

CLEAN, FINDINGS, BAD, INTERRUPTED = 0, 1, 2, 130
WITHIN = 'list all that falls due so far ahead, cadences with every date; at most 100 years (default: "30 days")'

LEFT_OUT = "write every line that was left out, and why: as CSV if the name ends in .csv, else one JSON object a line"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the words after the program's name; those of the process if not given.

    Raises:
        SystemExit: from the parser, for wrong usage (2) and after ``--help`` and ``--version`` (0).
    """
    try:
        streams.make_ready()
        options = _options(argv)
        # Imported only now, so that --help, --version and wrong usage are answered at once.
        if options.command == "test":
            from journeykit.cli import test_command

            code: int = test_command.test(options)
        else:
            from journeykit.cli import commands

            code = getattr(commands, options.command)(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader (head, a pager) has seen enough, which is no fault of the command.
        streams.let_go()
        return CLEAN
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except JourneykitError as error:
        return _fail(str(error))
    except OSError as error:
        # Of files that are read or written, the name is known; what is left is what is printed.
        return _fail(one_line(f"{error.filename or 'standard output'}: {error.strerror or error}"))
    except Exception as error:
        # The last line of defence: a fault of the library itself becomes one sentence, too.
        if os.environ.get("JOURNEYKIT_TRACEBACK"):
            raise
        name = type(error).__name__
        way_on = "JOURNEYKIT_TRACEBACK=1 shows where, please report it"
        return _fail(one_line(f"a fault of journeykit itself: {name}: {error}; {way_on}"))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    try:
        return _parser().parse_args(argv)
    except SystemExit:  # after --help: what was printed must be out before the interpreter ends
        sys.stdout.flush()
        raise


def _fail(message: str) -> int:
    _say(f"journeykit: {printable(message)}")
    return BAD


def _say(text: str) -> None:
    with suppress(OSError):  # where that is closed or full, too, nobody can be told
        print(text, file=sys.stderr)
    streams.let_go()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit as for any wrong usage, with one line that is safe to print, whatever was typed."""
        super().error(one_line(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="journeykit",
        description="Where is every account, why, what is missing, what falls due next.",
        epilog="Exit codes: 0 clean, 1 findings or lines left out, 2 wrong usage or input that cannot be read, "
        "130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"journeykit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _of_profiles(commands.add_parser)
    _of_inputs(commands.add_parser)
    _of_scenarios(commands.add_parser)
    return parser


def _of_profiles(add: Callable[..., argparse.ArgumentParser]) -> None:
    lint = add("lint", help="check profiles and say everything that is wrong with them")
    lint.add_argument("paths", nargs="*", metavar="PATH", help="a profile, or a folder of profiles (*.yaml)")
    lint.add_argument(
        "--explain", metavar="CODE", help="say what the code of a finding means, with examples, and how to mend it"
    )

    show = add("show", help="draw a profile: tracks, stages, gates, the countdown; or several side by side")
    show.add_argument("profiles", nargs="+", metavar="PROFILE", help="name of a shipped segment, or a file")
    show.add_argument("--format", choices=("text", "mermaid", "markdown"), default="text", help="default: text")
    _naming(show)
    show.add_argument("--sources", action="store_true", help="say with each value where it comes from")
    show.add_argument("--origin", action="store_true", help="list every value with its file, line and source instead")


def _of_inputs(add: Callable[..., argparse.ArgumentParser]) -> None:
    replay = add("replay", help="replay a file of inputs and print the portfolio")
    _reading(replay)
    replay.add_argument(
        "--out", metavar="RECORDS.jsonl", help="write every record, one JSON object a line; - is standard output"
    )
    replay.add_argument("--positions", metavar="FILE.csv", help="write where everybody stands at the end")
    _naming(replay, "names")

    explain = add("explain", help="say why one account stands where it does, and what is missing")
    _reading(explain)
    explain.add_argument("--account", required=True, metavar="ID", help="the account to explain")
    explain.add_argument("--track", metavar="NAME", help="only this track")
    explain.add_argument("--subject", metavar="KEY", help="only this subject, such as contract:C-1 (or just C-1)")
    explain.add_argument("--all", action="store_true", help="all of it, however long; else an overview of what is long")
    _naming(explain)

    due = add("due", help="list what is overdue and all that falls due within a period, in every account")
    _reading(due, "--at")
    due.add_argument("--within", default="30 days", metavar="PERIOD", help=WITHIN)
    due.add_argument("--role", metavar="ROLE", help="only what this role sees to")
    due.add_argument("--track", metavar="NAME", help="only this track, such as renewal")
    due.add_argument("--format", choices=("text", "csv", "json", "ics"), default="text", help="default: text")
    _naming(due)


def _of_scenarios(add: Callable[..., argparse.ArgumentParser]) -> None:
    test = add("test", help="play scenario files and say what is not as expected")
    test.add_argument("paths", nargs="+", metavar="PATH", help="a file *.scenarios.yaml, or a folder of them")
    test.add_argument("-k", dest="text", metavar="TEXT", help="only scenarios with this text in their title")
    test.add_argument("--tag", metavar="TAG", help="only scenarios with this tag")
    test.add_argument("--story", action="store_true", help="tell what happens in each step, and expect nothing")
    test.add_argument("--format", choices=("text", "json", "junit", "github"), default="text", help="default: text")


def _naming(parser: argparse.ArgumentParser, default: str = "en") -> None:
    told = f"labels in this language, such as pt or es (default: {default})"
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--lang", metavar="LANG", help=told)
    either.add_argument("--names", action="store_true", help="the names of the profile instead of labels")


def _reading(parser: argparse.ArgumentParser, until: str = "--until") -> None:
    parser.add_argument("inputs", metavar="INPUTS.jsonl", help="inputs, one JSON object a line; - reads standard input")
    parser.add_argument(
        "--profile", metavar="NAME|PATH", help="this profile for all accounts, whatever their begin says"
    )
    told = (
        "let time run until then (a date, or an instant with its zone); without it each account is as of its last input"
    )
    parser.add_argument(until, dest="until", metavar="DATE", help=told)
    parser.add_argument("--left-out", metavar="FILE", help=LEFT_OUT)
