-- Customers' address books, one document each; customers may be kept by another identity provider, so nothing
-- refers to them. A new table only: the previous release never notices.

CREATE TABLE address_book (
    customer_id uuid PRIMARY KEY,
    version     integer NOT NULL,
    document    jsonb NOT NULL
);
