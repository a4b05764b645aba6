-- The catalogue. Documents are JSONB; every other column or table exists because an index needs it.

CREATE TABLE product (
    id            uuid PRIMARY KEY,
    version       bigint NOT NULL CHECK (version > 0),
    status        text NOT NULL,
    created_at    timestamptz NOT NULL,
    -- What the index tables below hold of this product, so that a change touches only what differs.
    skus          jsonb NOT NULL,
    slugs         jsonb NOT NULL,                    -- locale → current slug
    names         jsonb NOT NULL,                    -- locale → sort key of the title
    category_ids  uuid[] NOT NULL,                   -- as the document says
    shelves       uuid[] NOT NULL,                   -- where it is listed: those, all above them, and "everything"
    document      jsonb NOT NULL
);
-- Documents up to a page stay in their row: no compression on the way in, no second lookup on the way out.
ALTER TABLE product SET (toast_tuple_target = 8160, fillfactor = 90);

CREATE TABLE product_sku (
    sku        text COLLATE "C" PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE
) WITH (fillfactor = 90);

-- Every slug a product has or had. A slug stays here when its product is removed: it is gone, not unknown.
CREATE TABLE product_slug (
    locale     text COLLATE "C" NOT NULL,
    slug       text COLLATE "C" NOT NULL,
    product_id uuid NOT NULL,
    is_current boolean NOT NULL,
    PRIMARY KEY (locale, slug)
) WITH (fillfactor = 90);

-- Which products lie in a category itself, shown or not: for moving and for removing categories.
CREATE TABLE product_category (
    category_id uuid NOT NULL,
    product_id  uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    PRIMARY KEY (category_id, product_id)
);

-- The two declared lists of active products: one index range each, also for a whole subtree, because a
-- product has an entry on every shelf above it. Shelf 00000000-… is the whole shop.
CREATE TABLE product_newest (
    shelf      uuid NOT NULL,
    created_at timestamptz NOT NULL,
    product_id uuid NOT NULL,
    PRIMARY KEY (shelf, created_at, product_id)
);

CREATE TABLE product_by_name (
    shelf      uuid NOT NULL,
    locale     text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    product_id uuid NOT NULL,
    PRIMARY KEY (shelf, locale, name, product_id)
);

CREATE TABLE category (
    id        uuid PRIMARY KEY,
    version   bigint NOT NULL CHECK (version > 0),
    parent_id uuid REFERENCES category,
    position  integer NOT NULL,
    path      uuid[] NOT NULL,                       -- from the root to the category itself
    slugs     jsonb NOT NULL,
    document  jsonb NOT NULL
);
CREATE INDEX category_parent ON category (parent_id);
CREATE INDEX category_path ON category USING gin (path);

CREATE TABLE category_slug (
    locale      text COLLATE "C" NOT NULL,
    slug        text COLLATE "C" NOT NULL,
    category_id uuid NOT NULL,
    is_current  boolean NOT NULL,
    PRIMARY KEY (locale, slug)
);

-- The change feed. A sequence would hand out numbers that become visible out of order; this counter's row
-- lock lasts until commit, so positions have no gaps and become visible in order. It is the last thing a
-- writing transaction locks: writers wait for one another only while one of them commits.
CREATE TABLE catalog_feed (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    head     bigint NOT NULL,
    trimmed  bigint NOT NULL                         -- entries up to this position are forgotten
) WITH (fillfactor = 10);
INSERT INTO catalog_feed (head, trimmed) VALUES (0, 0);

CREATE TABLE catalog_change (
    position bigint PRIMARY KEY,
    kind     text NOT NULL,
    id       uuid NOT NULL,
    version  bigint NOT NULL,
    at       timestamptz NOT NULL
);

-- Adds entries to the feed and wakes its followers when the transaction commits.
CREATE FUNCTION catalog_tell(kinds text[], ids uuid[], versions bigint[], told_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    UPDATE catalog_feed SET head = head + cardinality(ids) RETURNING head INTO last;
    INSERT INTO catalog_change (position, kind, id, version, at)
    SELECT last - cardinality(ids) + told.place, told.kind, told.id, told.version, told_at
      FROM unnest(kinds, ids, versions) WITH ORDINALITY AS told (kind, id, version, place);
    PERFORM pg_notify('viva_changes', 'catalog');
END
$$;

-- Lists the products at or below a category on the shelves above them as the tree is now: after a move.
-- One pass over the products of the moved subtree, nothing else.
CREATE FUNCTION catalog_reshelve(root uuid) RETURNS void
LANGUAGE sql AS $$
    WITH moved AS (
        SELECT DISTINCT pc.product_id AS id
          FROM category c JOIN product_category pc ON pc.category_id = c.id
         WHERE c.path @> ARRAY[root]
    ), fresh AS MATERIALIZED (
        SELECT p.id, p.created_at, p.names, p.status, p.shelves AS old, shelving.shelves AS new
          FROM moved JOIN product p ON p.id = moved.id
          CROSS JOIN LATERAL (
              SELECT array_agg(shelf) AS shelves
                FROM (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS shelf
                       UNION
                      SELECT unnest(c.path) FROM category c WHERE c.id = ANY(p.category_ids)) AS above
          ) AS shelving
    ), kept AS (
        UPDATE product SET shelves = fresh.new FROM fresh WHERE product.id = fresh.id
    ), left_shelf AS (
        SELECT f.id, f.created_at, f.names, shelf
          FROM fresh f CROSS JOIN unnest(f.old) AS shelf
         WHERE f.status = 'active' AND NOT shelf = ANY(f.new)
    ), new_shelf AS (
        SELECT f.id, f.created_at, f.names, shelf
          FROM fresh f CROSS JOIN unnest(f.new) AS shelf
         WHERE f.status = 'active' AND NOT shelf = ANY(f.old)
    ), newest_out AS (
        DELETE FROM product_newest l USING left_shelf s
         WHERE l.shelf = s.shelf AND l.created_at = s.created_at AND l.product_id = s.id
    ), name_out AS (
        DELETE FROM product_by_name l USING left_shelf s CROSS JOIN LATERAL jsonb_each_text(s.names) AS n
         WHERE l.shelf = s.shelf AND l.locale = n.key AND l.name = n.value AND l.product_id = s.id
    ), newest_in AS (
        INSERT INTO product_newest (shelf, created_at, product_id)
        SELECT shelf, created_at, id FROM new_shelf
    )
    INSERT INTO product_by_name (shelf, locale, name, product_id)
    SELECT s.shelf, n.key, n.value, s.id FROM new_shelf s CROSS JOIN LATERAL jsonb_each_text(s.names) AS n
$$;
