"""From the features' views to the answers of `schemas`: pure functions, no I/O."""
