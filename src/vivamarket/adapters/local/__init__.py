"""One machine: files, processes, the system clock."""
