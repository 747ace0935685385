"""``gnnlab sensors``: readings of a network of sensors, one file a verb."""
