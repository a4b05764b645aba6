"""What several tests share: readable records and small fakes."""
