"""``journeykit test``: play scenario files and say what is not as expected."""

from __future__ import annotations

from argparse import Namespace

from journeykit.cli.test_reports import REPORTS, summary
from journeykit.errors import JourneykitError
from journeykit.plain import printable
from journeykit.scenarios.runner import Chosen, Result, Runner, files_of

__all__ = ["test"]

CLEAN, FINDINGS = 0, 1


def test(options: Namespace) -> int:
    """Play scenario files, print the verdicts, and return the exit code.

    Raises:
        JourneykitError: there is no such file, or no scenario is meant.
    """
    if options.story and options.format != "text":
        raise JourneykitError("--story is told as text; leave out --format")
    files = list(dict.fromkeys(file for path in options.paths for file in files_of(path)))
    runner = Runner(Chosen(options.text, options.tag))
    tell = _say if options.story else None
    results: list[Result] = [one for file in files for one in runner.run(file, tell)]
    if not results:
        raise JourneykitError(
            "no scenario has this text in its title and this tag; run without -k and --tag to see all"
        )
    if options.story:
        wrong = [one for one in results if one.verdict != "passed"]
        if wrong:
            print(REPORTS["text"](wrong))
        else:
            print(f"{summary(results).partition(':')[0]} told, nothing looked at")
        return FINDINGS if wrong else CLEAN
    print(REPORTS[options.format](results))
    return CLEAN if all(one.verdict == "passed" for one in results) else FINDINGS


def _say(line: str) -> None:
    print(printable(line))
