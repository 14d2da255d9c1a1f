"""Hosting: many worlds in one batch, one world by hand, and the clothes other libraries expect."""

from simulator.engine.batch import Batch, WorldFault
from simulator.engine.minds import Mind, Signal
from simulator.engine.parallel_env import parallel_env
from simulator.engine.player import Player, Recorder
from simulator.engine.simulation import Simulation
from worlds.world import SPLITS

__all__ = ["SPLITS", "Batch", "Mind", "Player", "Recorder", "Signal", "Simulation", "WorldFault", "parallel_env"]
