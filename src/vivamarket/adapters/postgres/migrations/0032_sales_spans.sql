-- What was sold, by quarter of an hour. The ledger is append-only, so a quarter that ended a while ago is
-- summed once, by the worker, and never again; what is younger is summed when it is asked for.
-- Quarters, because in every time zone a day begins on one.

CREATE TABLE sales_span (
    starts_at timestamptz NOT NULL,
    currency  text COLLATE "C" NOT NULL,
    orders    bigint NOT NULL,
    revenue   bigint NOT NULL,
    refunds   bigint NOT NULL,
    refunded  bigint NOT NULL,
    PRIMARY KEY (starts_at, currency)
);

CREATE TABLE sales_product_span (
    starts_at  timestamptz NOT NULL,
    product_id text COLLATE "C" NOT NULL,
    currency   text COLLATE "C" NOT NULL,
    quantity   bigint NOT NULL,
    total      bigint NOT NULL,
    PRIMARY KEY (starts_at, product_id, currency)
);

-- Quarters that end up to this moment are summed.
CREATE TABLE sales_progress (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    summed_to timestamptz NOT NULL
);
INSERT INTO sales_progress (summed_to) VALUES ('-infinity');

CREATE INDEX ledger_transaction_at ON ledger_transaction (at);

CREATE FUNCTION quarter_of(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN date_bin('15 minutes', moment, '2000-01-01T00:00:00Z');

-- From the ledger itself: for the few minutes that are not summed.
CREATE FUNCTION sales_in_ledger(p_from timestamptz, p_before timestamptz)
RETURNS TABLE (starts_at timestamptz, currency text, orders bigint, revenue bigint, refunds bigint, refunded bigint)
LANGUAGE sql STABLE AS $$
    SELECT quarter_of(t.at), e.currency,
           count(DISTINCT t.id) FILTER (WHERE t.kind IN ('sale', 'acceptance')),
           coalesce(-sum(e.amount) FILTER (WHERE t.kind IN ('sale', 'acceptance')), 0)::bigint,
           count(DISTINCT t.id) FILTER (WHERE t.kind = 'refund'),
           coalesce(sum(e.amount) FILTER (WHERE t.kind = 'refund'), 0)::bigint
      FROM ledger_transaction t JOIN ledger_entry e ON e.transaction_id = t.id
     WHERE t.at >= p_from AND t.at < p_before
       AND t.kind IN ('sale', 'acceptance', 'refund')
       AND e.account IN ('sales', 'shipping_income', 'tax_payable', 'goodwill')
     GROUP BY 1, 2
$$;

CREATE FUNCTION product_sales_in_ledger(p_from timestamptz, p_before timestamptz)
RETURNS TABLE (starts_at timestamptz, product_id text, currency text, quantity bigint, total bigint)
LANGUAGE sql STABLE AS $$
    SELECT quarter_of(t.at), l.product_id, o.currency, sum(l.quantity)::bigint, sum(l.total)::bigint
      FROM ledger_transaction t
      JOIN orders o ON o.id = t.order_id
      JOIN order_line l ON l.order_id = t.order_id
     WHERE t.at >= p_from AND t.at < p_before AND t.kind IN ('sale', 'acceptance')
     GROUP BY 1, 2, 3
$$;

-- Sums the next quarters, at most p_step of them and none after p_to; returns whether there are more.
CREATE FUNCTION sum_sales(p_to timestamptz, p_step interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
    until timestamptz;
BEGIN
    SELECT summed_to INTO since FROM sales_progress FOR UPDATE;
    IF since = '-infinity' THEN
        since := coalesce(quarter_of((SELECT min(at) FROM ledger_transaction)), quarter_of(p_to));
    END IF;
    until := least(quarter_of(p_to), since + p_step);
    IF until > since THEN
        INSERT INTO sales_span (starts_at, currency, orders, revenue, refunds, refunded)
        SELECT * FROM sales_in_ledger(since, until);
        INSERT INTO sales_product_span (starts_at, product_id, currency, quantity, total)
        SELECT * FROM product_sales_in_ledger(since, until);
    END IF;
    UPDATE sales_progress SET summed_to = greatest(since, until);
    RETURN until < quarter_of(p_to);
END
$$;

-- Exactly what was sold between the two moments: whole quarters from the sums, the rest from the ledger.
CREATE FUNCTION sales_between(p_from timestamptz, p_before timestamptz)
RETURNS TABLE (currency text, orders bigint, revenue bigint, refunds bigint, refunded bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    summed_to timestamptz := (SELECT p.summed_to FROM sales_progress p);
    first timestamptz := quarter_of(p_from);
    last timestamptz := least(quarter_of(p_before), summed_to);
BEGIN
    IF first < p_from THEN
        first := first + interval '15 minutes';
    END IF;
    IF last <= first THEN
        first := p_before;
        last := p_before;
    END IF;
    RETURN QUERY
    SELECT found.currency, sum(found.orders)::bigint, sum(found.revenue)::bigint, sum(found.refunds)::bigint,
           sum(found.refunded)::bigint
      FROM (SELECT * FROM sales_in_ledger(p_from, first)
             UNION ALL SELECT * FROM sales_span s WHERE s.starts_at >= first AND s.starts_at < last
             UNION ALL SELECT * FROM sales_in_ledger(last, p_before)) AS found
     GROUP BY found.currency ORDER BY found.currency;
END
$$;

CREATE FUNCTION product_sales_between(p_from timestamptz, p_before timestamptz)
RETURNS TABLE (product_id text, currency text, quantity bigint, total bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    summed_to timestamptz := (SELECT p.summed_to FROM sales_progress p);
    first timestamptz := quarter_of(p_from);
    last timestamptz := least(quarter_of(p_before), summed_to);
BEGIN
    IF first < p_from THEN
        first := first + interval '15 minutes';
    END IF;
    IF last <= first THEN
        first := p_before;
        last := p_before;
    END IF;
    RETURN QUERY
    SELECT found.product_id, found.currency, sum(found.quantity)::bigint, sum(found.total)::bigint
      FROM (SELECT * FROM product_sales_in_ledger(p_from, first)
             UNION ALL SELECT * FROM sales_product_span s WHERE s.starts_at >= first AND s.starts_at < last
             UNION ALL SELECT * FROM product_sales_in_ledger(last, p_before)) AS found
     GROUP BY found.product_id, found.currency;
END
$$;
