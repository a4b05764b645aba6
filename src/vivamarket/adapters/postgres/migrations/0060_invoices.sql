-- Invoices and credit notes: numbers without gaps, content that never changes, buyers that can be erased.

CREATE TABLE invoice_series (
    series      text PRIMARY KEY,
    last_number integer NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    last_at     timestamptz
);

CREATE TABLE invoice (
    series       text NOT NULL REFERENCES invoice_series,
    sequence     integer NOT NULL CHECK (sequence > 0),
    kind         text NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    -- What it is issued for, once: the order, or the refund.
    cause        uuid NOT NULL CONSTRAINT invoice_cause UNIQUE,
    order_id     uuid NOT NULL REFERENCES orders,
    currency     text NOT NULL,
    tax          bigint NOT NULL,
    total        bigint NOT NULL,
    -- Everything it says but the buyer.
    document     jsonb NOT NULL,
    issued_at    timestamptz NOT NULL,
    PRIMARY KEY (series, sequence)
);
CREATE INDEX invoice_of_order ON invoice (order_id);
CREATE TRIGGER invoice_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The one personal part, apart from the rest: the row goes when the customer is erased.
CREATE TABLE invoice_buyer (
    series   text NOT NULL,
    sequence integer NOT NULL,
    buyer    jsonb NOT NULL,
    PRIMARY KEY (series, sequence),
    FOREIGN KEY (series, sequence) REFERENCES invoice
);

-- Invoices begin with the first sale after this release: what was sold before was invoiced elsewhere.
CREATE TABLE invoice_watch (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    begins_after bigint NOT NULL,
    settled_to   bigint NOT NULL
);
INSERT INTO invoice_watch (begins_after, settled_to)
SELECT coalesce(max(id), 0), coalesce(max(id), 0) FROM ledger_transaction;
