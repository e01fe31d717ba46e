"""What comes with the runner for each suite, in a module of the suite's name.

Subjects around the one under test, and bodies of cases that are done by hand. Nothing else in the
runner knows a suite.
"""
