"""``python -m gnnlab`` is the command line."""

from gnnlab.cli import main

main(prog_name="gnnlab")
