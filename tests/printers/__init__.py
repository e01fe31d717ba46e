"""The printers: one set of findings, four formats."""
