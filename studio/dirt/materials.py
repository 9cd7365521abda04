"""What a clean dish of another material or colour looks like."""
