"""What happens when plugs are pulled: `python -m tests.faults`."""
