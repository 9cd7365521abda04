"""Compares a run's model with what the run says of it."""

from __future__ import annotations

import zipfile

from studio.core.errors import UserError
from studio.core.run_story import RunStory
from studio.core.runs import RunFolder
from studio.learn.checkpoints import Model, load_model, stored_digest
from studio.learn.claim_counts import Findings
from studio.learn.digests import weights_digest


def check_model(run: RunFolder, story: RunStory, findings: Findings) -> str:
    """The model's tensors against their own checksums; returns their digest, or nothing where they cannot be read."""
    try:
        with zipfile.ZipFile(run.best) as archive:
            torn = archive.testzip()
        findings.expect(torn is None, f"best.pt: its part {torn} was changed or damaged since it was written")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        findings.expect(False, f"best.pt is damaged ({error})")
    try:
        model, said = load_model(run.best), stored_digest(run.best)
    except UserError as error:
        findings.expect(False, str(error))
        return ""
    digest = weights_digest([member.weights for member in model.members])
    if said:
        findings.expect(digest == said, "best.pt: its weights are not those that were saved: their digest differs")
    is_sound = all(
        bool(tensor.isfinite().all())
        for member in model.members
        for tensor in member.weights.values()
        if tensor.is_floating_point()
    )
    findings.expect(is_sound, "best.pt: some of its weights are no numbers")
    _check_facts(run, model, story, findings)
    return digest


def _check_facts(run: RunFolder, model: Model, story: RunStory, findings: Findings) -> None:
    if story.started is not None:
        findings.expect(model.classes == tuple(story.started.classes), "best.pt tells other classes apart than the log")
    try:
        config = run.load_config()
    except UserError:
        return  # told above
    findings.expect(
        (model.config.model, model.config.data) == (config.model, config.data),
        "best.pt was made with another network, or looks at photos in another way, than config.json says",
    )
