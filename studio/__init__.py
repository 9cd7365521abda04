"""Spotless Studio: train an image classifier from photos, watch it learn, use it by drag and drop."""

__version__ = "0.1.0"
