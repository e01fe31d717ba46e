"""Tests of the toolchain and of what it makes."""
