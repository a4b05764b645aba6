-- The daily comparison with the payment provider: its reports, and the way to walk through what came in.

CREATE TABLE reconciliation_report (
    id         uuid PRIMARY KEY,
    begun_at   timestamptz NOT NULL,
    open_count integer NOT NULL,
    document   jsonb NOT NULL
);
CREATE INDEX reconciliation_report_newest ON reconciliation_report (begun_at DESC, id DESC);

CREATE INDEX payment_that_brought_money ON payment (requested_at, id) WHERE captured > 0;
