"""The window: Qt, imported by no other layer."""
