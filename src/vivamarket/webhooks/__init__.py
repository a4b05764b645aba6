"""What merchants' own systems are told: endpoints, and one delivery per endpoint and event.

Owns endpoints, their secrets, deliveries and the log of attempts, by the specification Standard Webhooks
1.0.0. Does not own the events (the outbox carries them) nor what they tell (a ``SubjectReader`` says it).
"""
