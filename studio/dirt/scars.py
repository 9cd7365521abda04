"""What use leaves on clean dishes."""
