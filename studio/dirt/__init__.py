"""Painting dirt on photos of clean dishes: numpy and OpenCV, no torch, no files."""
