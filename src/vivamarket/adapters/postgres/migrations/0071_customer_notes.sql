-- What staff write about a customer, for one another. Notes are added, never edited; they go with the customer.

CREATE TABLE customer_note (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    text        text NOT NULL,
    -- The name of the staff who wrote it.
    author      text NOT NULL,
    request_key text COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT customer_note_request UNIQUE (customer_id, request_key)
);
