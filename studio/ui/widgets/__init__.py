"""The foundation widgets that every tab is built from."""
