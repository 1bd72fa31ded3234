"""Profile: what is in this table, column by column, and what needs a look."""

import msgspec
from msgspec import Raw, Struct

from agensium.agents.agent import Agent, InputRole, Inputs, Outcome
from agensium.agents.profile.rules import judge
from agensium.agents.profile.thresholds import Thresholds
from agensium.agents.profile.verdict import verdict
from agensium.core.masking import flagged, masked
from agensium.core.report import AgentVersion, Report
from agensium.core.scoring import Weights, score
from agensium.data.reading import ReadParams

NAME = "profile"
VERSION = "2"


class ProfileParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a profile may be told.

    Attributes:
        read: how to read the file, where it should not be detected.
        thresholds: from when on something is a finding.
        weights: how much each dimension counts in the score.
        pairs: whether to look for what holds between columns: associations, relations, keys
            and dependencies.
        mask: whether values that may be personal are masked, in the report and all that is made
            from it.

    """

    read: ReadParams = ReadParams()
    thresholds: Thresholds = Thresholds()
    weights: Weights = Weights()
    pairs: bool = True
    mask: bool = True


def run(inputs: Inputs, params: ProfileParams) -> Outcome:
    """Scan the file once and judge what was found."""
    read = inputs["file"].scan(params.read, pairs=params.pairs)
    table, source = flagged(read.profile, mask=params.mask), read.source
    if params.mask:
        # Before anything is said about them: whatever quotes values then quotes masked ones.
        table, source = masked(table, source)
    findings = judge(table, source, params.thresholds)
    report = Report(
        agent=AgentVersion(name=NAME, version=VERSION),
        params=Raw(msgspec.json.encode(params)),
        verdict=verdict(table, findings),
        source=source,
        table=table,
        score=score(table, params.weights),
        findings=findings,
    )
    return Outcome(report)


AGENT = Agent(
    name=NAME,
    version=VERSION,
    title="Profile",
    summary="What is in this table, column by column, and what needs a look.",
    inputs=(InputRole("file", "the table"),),
    params=ProfileParams,
    run=run,
)
