"""Small profiles for the tests of the machine room: a common head, and the tracks each test writes down."""

from __future__ import annotations

import textwrap

from journeykit.errors import Finding
from journeykit.language import catalog
from journeykit.language.model.profile import Profile
from journeykit.lint.structure import lint_structure
from journeykit.statechart.chart import chart_of

HEAD = """
profile: small
version: "1.0"
roles: {customer: {side: customer}, csm: {side: us}, sales: {side: us}, robot: {side: us, played_by: product}}
subjects:
  workstream: {opens_with: main}
  contract: {term: [contract_start, contract_end]}
facts:
  account:
    score: {type: number}
    level: {type: integer}
    tone: {type: choice, of: [low, mid, high]}
    calm: {type: boolean}
  workstream:
    seats: {type: share}
    uses: {type: integer}
    trained: {type: boolean}
    built: {type: boolean}
    spare: {type: duration}
  contract: {auto_renews: {type: boolean}, lead: {type: duration}}
  term: {proposal_sent: {type: boolean}}
bands: {health: {of: score, levels: {red: 0, yellow: 50, green: 75}, margin: 5}}
signals:
  left: {per: workstream, settled_by: back}
  quarrel: {}
  back: {per: workstream}
confirmations:
  ready: {by: [customer, csm], per: workstream}
  signed: {by: [customer, sales], per: term}
derived:
  risky: {any: {red: health == red, tense: tone == low}}
  fullness: seats * 2
"""


def text_of(tracks: str, more: str = "") -> str:
    """The text of a profile: the common head and these tracks."""
    return HEAD + textwrap.dedent(more) + "tracks:\n" + textwrap.indent(textwrap.dedent(tracks), "  ")


def profile(tracks: str, more: str = "") -> Profile:
    """The common head with these tracks, read."""
    return catalog.read_text(text_of(tracks, more))


def findings(tracks: str, more: str = "") -> tuple[Finding, ...]:
    """What the structural lint says of these tracks."""
    read = profile(tracks, more)
    return lint_structure(read, chart_of(read))


def codes(tracks: str, more: str = "") -> list[str]:
    """Codes of the structural findings."""
    return [finding.code for finding in findings(tracks, more)]
