"""From batches to predictions: the only layer that knows torch."""
