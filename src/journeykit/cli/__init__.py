"""The command line: ``journeykit lint``, ``show``, ``replay``, ``explain``.

Exit codes: 0 clean, 1 findings (or lines left out), 2 wrong usage or input that cannot be read. No traceback reaches
a user.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from journeykit import __version__

__all__ = ["main"]

CLEAN, FINDINGS, BAD = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(argv)
    from journeykit.cli import commands
    from journeykit.errors import JourneykitError

    try:
        code: int = getattr(commands, options.command)(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read us (head, a pager) has seen enough; the interpreter must not complain while it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except KeyboardInterrupt:
        return 130
    except JourneykitError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        # The last line of defence: a fault of ours is said in a sentence.
        if os.environ.get("JOURNEYKIT_TRACEBACK"):
            raise
        name = type(error).__name__
        return _fail(
            f"a fault of journeykit itself: {name}: {error}; JOURNEYKIT_TRACEBACK=1 shows where, please report it"
        )


def _fail(message: str) -> int:
    from journeykit.cli.tables import clean

    print(f"journeykit: {clean(message)}", file=sys.stderr)
    return BAD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="journeykit",
        description="Where is every account, why, what is missing, what falls due next.",
        epilog="Exit codes: 0 clean, 1 findings or lines left out, 2 wrong usage or input that cannot be read.",
    )
    parser.add_argument("--version", action="version", version=f"journeykit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lint = commands.add_parser("lint", help="check profiles and say everything that is wrong with them")
    lint.add_argument("paths", nargs="+", metavar="PATH", help="a profile, or a folder of profiles (*.yaml)")

    show = commands.add_parser("show", help="draw a profile: tracks, stages, gates, the countdown")
    show.add_argument("profile", metavar="PROFILE", help="name of a shipped segment, or a file")
    show.add_argument("--format", choices=("text", "mermaid"), default="text", help="default: text")

    replay = commands.add_parser("replay", help="replay a file of inputs and print the portfolio")
    _reading(replay)
    replay.add_argument("--out", type=Path, metavar="RECORDS.jsonl", help="write every record, one JSON object a line")
    replay.add_argument("--positions", type=Path, metavar="FILE.csv", help="write where everybody stands at the end")

    explain = commands.add_parser("explain", help="say why one account stands where it does, and what is missing")
    _reading(explain)
    explain.add_argument("--account", required=True, metavar="ID", help="the account to explain")
    explain.add_argument("--track", metavar="NAME", help="only this track")
    explain.add_argument("--subject", metavar="KEY", help="only this subject, such as contract:C-1 (or just C-1)")
    return parser


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", metavar="INPUTS.jsonl", help="inputs, one JSON object a line; - reads standard input")
    parser.add_argument(
        "--profile", metavar="NAME|PATH", help="this profile for all accounts, whatever their begin says"
    )
    parser.add_argument("--until", metavar="DATE", help="let time run until then (a date, or an instant with its zone)")
