"""Tests of the pages, in strings and in a real browser."""
