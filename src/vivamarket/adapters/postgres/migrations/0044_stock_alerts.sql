-- Who wants to be told when a SKU is back. A guest's alert holds the address until its mail is sent or it
-- expires; a customer's holds none. New tables only, so the previous release never notices.

CREATE TABLE stock_alert (
    id          uuid PRIMARY KEY,
    sku         text COLLATE "C" NOT NULL,
    product_id  text COLLATE "C" NOT NULL,
    customer_id uuid,
    email       text COLLATE "C" NOT NULL,
    locale      text COLLATE "C" NOT NULL,
    state       text COLLATE "C" NOT NULL CHECK (state IN ('asked', 'waiting')),
    asked_at    timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT stock_alert_has_one_way CHECK ((customer_id IS NULL) = (email <> ''))
);
CREATE UNIQUE INDEX stock_alert_of_guest ON stock_alert (email, sku) WHERE customer_id IS NULL;
CREATE UNIQUE INDEX stock_alert_of_customer ON stock_alert (customer_id, sku) WHERE customer_id IS NOT NULL;
CREATE INDEX stock_alert_waiting ON stock_alert (sku, id) WHERE state = 'waiting';
CREATE INDEX stock_alert_by_end ON stock_alert (expires_at);

-- What came back and is not told to everybody yet.
CREATE TABLE stock_return (
    sku      text COLLATE "C" PRIMARY KEY,
    noted_at timestamptz NOT NULL,
    told_to  uuid
);
