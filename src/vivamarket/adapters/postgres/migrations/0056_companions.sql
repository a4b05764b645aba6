-- What was bought together. Derived from orders, a bounded number of rows for each product ever sold with another.

CREATE TABLE companion (
    product_id   text COLLATE "C" NOT NULL,
    companion_id text COLLATE "C" NOT NULL,
    score        double precision NOT NULL,
    PRIMARY KEY (product_id, companion_id)
) WITH (fillfactor = 80);

CREATE TABLE companion_progress (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    counted_to uuid NOT NULL
);
INSERT INTO companion_progress (counted_to) VALUES ('00000000-0000-0000-0000-000000000000');
