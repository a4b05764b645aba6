-- What is running low, compared with the stock every minute by the worker. An index on what is available
-- would have to be written by every order; see docs/decisions/0015.

CREATE TABLE stock_low (
    location_id text COLLATE "C" NOT NULL,
    sku         text COLLATE "C" NOT NULL,
    available   bigint NOT NULL,
    PRIMARY KEY (location_id, sku)
);
CREATE INDEX stock_low_first ON stock_low (location_id, available, sku);
