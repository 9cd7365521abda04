"""What is printed on clean dishes."""
