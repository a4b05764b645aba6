-- A comparison with the payment provider that somebody wants before its day: a shop just restored.

CREATE TABLE comparison_asked (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    asked_at timestamptz NOT NULL
);
