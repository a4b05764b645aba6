"""Technology behind the ports. Adapter families do not know one another."""
