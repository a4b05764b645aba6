"""Speed, measured the same way by everybody: one command per row, each beside its reference."""
