-- Stock: what is on hand, what is promised, and every move of what is on hand.

CREATE TABLE stock_item (
    location_id text COLLATE "C" NOT NULL,
    sku         text COLLATE "C" NOT NULL,
    on_hand     bigint NOT NULL CHECK (on_hand >= 0),
    held        bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    claimed     bigint NOT NULL DEFAULT 0 CHECK (claimed >= 0),
    -- Promised beyond what is on hand, because the variant continues selling.
    backordered bigint NOT NULL DEFAULT 0 CHECK (backordered >= 0),
    available   bigint GENERATED ALWAYS AS (on_hand - held - claimed) STORED,
    PRIMARY KEY (location_id, sku),
    -- The last line of defence against overselling; every statement is conditional before it.
    CONSTRAINT never_oversold CHECK (on_hand + backordered >= held + claimed)
) WITH (fillfactor = 70);

CREATE TABLE stock_move (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    location_id text COLLATE "C" NOT NULL,
    sku         text COLLATE "C" NOT NULL,
    quantity    bigint NOT NULL CHECK (quantity <> 0),
    reason      text NOT NULL,
    reference   text NOT NULL DEFAULT '',
    at          timestamptz NOT NULL
);
CREATE INDEX stock_move_of_item ON stock_move (location_id, sku, position DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER stock_move_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_move
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
