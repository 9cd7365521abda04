"""What clean water does on dishes."""
