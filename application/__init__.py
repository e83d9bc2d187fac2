"""What happens: load, decide, append, once for all aggregates; one file per reaction; the simulator."""
