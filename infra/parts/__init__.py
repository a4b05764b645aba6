"""Building blocks of the stacks: one capability each, safe as they come."""
