-- Payments that still move, by age: the dashboard lists the oldest few without reading all of them.

CREATE INDEX payment_moving ON payment (created_at, id)
    WHERE status IN ('new', 'requested', 'requires_action', 'processing');
