"""What a clean dish of metal looks like."""
