"""What SUMO's outputs tell of a run, told of traffic here: the same elements and attributes, as XML or CSV."""

from simulator.interop.sumo.outputs.traffic import OUTPUTS as OUTPUTS
from simulator.interop.sumo.outputs.traffic import Names as Names
from simulator.interop.sumo.outputs.traffic import Outputs as Outputs
from simulator.interop.sumo.outputs.traffic import names_of_record as names_of_record
