-- The shop's own texts: one document a page, and every version a page ever had.

CREATE TABLE content_page (
    key      text COLLATE "C" PRIMARY KEY,
    version  integer NOT NULL,
    document jsonb NOT NULL
);

CREATE TABLE content_version (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key      text COLLATE "C" NOT NULL,
    version  integer NOT NULL,
    staff_id text COLLATE "C",
    at       timestamptz NOT NULL,
    -- Null: the page was removed.
    document jsonb,
    UNIQUE (key, version)
);
