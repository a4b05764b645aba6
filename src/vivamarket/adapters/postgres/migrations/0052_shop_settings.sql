-- What the owner sets, over the shop file: one document per version, never changed.
CREATE TABLE shop_settings (
    version    integer PRIMARY KEY CHECK (version > 0),
    document   jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    staff_id   text COLLATE "C" NOT NULL
);
