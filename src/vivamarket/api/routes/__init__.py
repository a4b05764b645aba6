"""One module per feature: each turns requests into use cases and views into answers, nothing more."""
