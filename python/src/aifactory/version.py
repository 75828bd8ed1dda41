"""The version of this package; equal to that of the program of the same release."""

__version__ = "0.1.0.dev0"
