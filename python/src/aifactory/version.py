"""The version of this package; equal to that of the program of the same release."""

__version__ = "1.0.0rc1"
