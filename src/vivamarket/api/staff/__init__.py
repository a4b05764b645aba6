"""What staff may use through the API: the desk they work at, its services, their session's cookie."""
