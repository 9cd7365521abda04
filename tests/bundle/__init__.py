"""Uses a built bundle as people do, on a machine that has nothing else."""
