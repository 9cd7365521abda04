"""The vocabulary that every other layer speaks: settings, registries, events, runs, jobs."""
