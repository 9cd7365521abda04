"""What light does on clean dishes."""
