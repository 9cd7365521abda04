"""Recounts what a run says of itself."""

from __future__ import annotations

from studio.core.errors import UserError
from studio.core.runs import RunFolder
from studio.data.splits import Splits
from studio.learn.claim_counts import Findings
from studio.learn.claim_log import check_log, check_table
from studio.learn.claim_model import check_model
from studio.learn.claim_reports import check_reports
from studio.learn.environment import read_environment


def check_claims(run: RunFolder, findings: Findings) -> None:
    """Compare a run's files with each other.

    Args:
        run: its folder, or where a bundle was unpacked.
        findings: gets what was compared.
    """
    for name, read in (
        ("config.json", lambda: run.load_config()),
        ("split.json", lambda: Splits.load(run.split)),
        ("environment.json", lambda: read_environment(run)),
    ):
        try:
            read()
            findings.expect(True, "")
        except UserError as error:
            findings.expect(False, f"{name} cannot be read: {error}")
    story = check_log(run, findings)
    check_table(run, story, findings)
    digest = check_model(run, story, findings)
    check_reports(run, story, digest, findings)
