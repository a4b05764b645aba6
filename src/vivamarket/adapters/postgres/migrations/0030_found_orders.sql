-- What staff find orders by. Written by the worker, so that placing an order does not pay for it; nothing in
-- here ever changes. Only the state stands with the order itself.

CREATE TABLE order_entry (
    order_id uuid PRIMARY KEY,
    currency text COLLATE "C" NOT NULL,
    total    bigint NOT NULL
);
CREATE INDEX order_entry_total ON order_entry (currency, total, order_id);

CREATE TABLE order_word (
    word     text COLLATE "C" NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (word, order_id)
);
CREATE INDEX order_word_of_order ON order_word (order_id, word);

-- Orders up to this id are all noted.
CREATE TABLE order_entry_progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    noted_to uuid NOT NULL
);
INSERT INTO order_entry_progress (noted_to) VALUES ('00000000-0000-0000-0000-000000000000');

CREATE INDEX orders_by_status ON orders (status, id);
