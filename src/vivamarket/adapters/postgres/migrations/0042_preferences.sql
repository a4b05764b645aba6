-- What customers like and allow. One document each, found by its key alone, and a list of decisions that only
-- grows: access that a key-value store keeps as well (decision 0017). No foreign key to the customer, who
-- may live with another provider. New tables only, so the previous release never notices.

CREATE TABLE preference (
    customer_id uuid PRIMARY KEY,
    version     bigint NOT NULL CHECK (version > 0),
    document    jsonb NOT NULL,
    -- SHA-256 of the token of the wishlist's link: who reads this table cannot open it.
    link_digest bytea CONSTRAINT preference_link UNIQUE CHECK (length(link_digest) = 32)
) WITH (fillfactor = 80);

CREATE TABLE consent (
    customer_id  uuid NOT NULL,
    position     bigint GENERATED ALWAYS AS IDENTITY,
    purpose      text COLLATE "C" NOT NULL,
    text_version text COLLATE "C" NOT NULL,
    given        boolean NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (customer_id, position)
);
CREATE TRIGGER consent_is_never_changed BEFORE UPDATE OR TRUNCATE ON consent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
