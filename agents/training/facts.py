"""What is told of a run: in its checkpoints, and after each of its updates."""

from __future__ import annotations

from typing import Any

from agents.checkpoints.description import untold_pieces
from agents.settings.files import plain_settings
from agents.settings.train import shareable
from agents.training.run import Run


def facts_of(run: Run, played: int, commit: str) -> dict[str, Any]:
    """The fields of `Config` that the network does not tell, after so many agent-steps."""
    settings, world = run.settings, run.world
    reference = settings.trial.reference
    return {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": tuple(run.collector.curve.roles),
        "observation": dict(run.layout.sizes), "inputs": True, "reveal": reference == "oracle",
        "reference": reference, "untold": untold_pieces(world, reference, settings.trial.tell),
        "split": settings.world.split,
        "settings": plain_settings(shareable(settings)), "seed": settings.run.seed, "steps": played,
        "commit": commit,
        "scores": run.collector.curve.means(),
    }  # fmt: skip


def figures_of(run: Run) -> dict[str, Any]:
    """The figures of its last update, for `metrics.jsonl`."""
    stats, learned = run.collector.last, run.algorithm.last
    return {
        "returns": stats.curve, "gain": stats.gain,
        "simulation_seconds": round(stats.simulation_time, 4), "policy_seconds": round(stats.policy_time, 4),
        "update_seconds": round(learned.train_time, 4), **learned.get_loss_stats_dict(),
        "snapshots": len(run.pool.drawn_from),
        "opponents": run.pool.results.table(run.pool.names(run.settings.opponents.snapshot_every)),
        "curriculum": [group.curriculum.figures() for group in run.collector.groups if group.curriculum],
        **({"paid": taste.curve.means()} if (taste := run.collector.taste) else {}),
    }  # fmt: skip
