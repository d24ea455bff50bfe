-- Fills the shop with about current_setting('shop.rows') rows, the same ones each time.

CREATE FUNCTION pg_temp.share(part numeric) RETURNS integer LANGUAGE sql
  AS $$ SELECT greatest(1, round(current_setting('shop.rows')::numeric * part))::integer $$;

INSERT INTO catalog.categories (parent_id, name)
  SELECT nullif(n / 8, 0), 'Category ' || n FROM generate_series(1, 40) AS n;
INSERT INTO catalog.warehouses (name) SELECT 'Warehouse ' || n FROM generate_series(1, 3) AS n;
INSERT INTO catalog.suppliers (name) SELECT 'Supplier ' || n FROM generate_series(1, 12) AS n;
INSERT INTO catalog.warehouses (name, opened_at) VALUES ('Tromsø', '2020-02-29 12:00+01'), ('Ålesund', 'infinity');
INSERT INTO catalog.currencies (code, rate)
  VALUES ('NOK', 1), ('SEK', 0.99), ('EUR', 11.6250000), ('USD', 10.50), ('GBP', 13.4), ('XXX', 'NaN');

INSERT INTO catalog.products (sku, name, category_id, price, size, attributes, updated_at)
  SELECT 'SKU-' || lpad(n::text, 7, '0'),
         (ARRAY['Woollen sweater', 'Ski boots', 'Kettle', 'Lantern', 'Rucksack', 'Brunost 500 g'])[1 + n % 6] || ' ' || n,
         1 + n % 40,
         (n % 5000) + 0.90,
         CASE WHEN n % 3 = 0 THEN ROW(n % 50, 10.5, 1e-3)::catalog.dimensions END,
         jsonb_build_object('colour', (ARRAY['red', 'blue', 'grå', null])[1 + n % 4], 'weight', n / 7.0, 'tags', jsonb_build_array(n % 3, 'x')),
         timestamptz '2026-01-01 00:00+00' + n * interval '1 minute'
    FROM generate_series(1, pg_temp.share(0.01)) AS n;
UPDATE catalog.products SET replacement_id = id - 1 WHERE id % 10 = 0;

INSERT INTO catalog.price_changes (product_id, old_price, new_price, changed_at)
  SELECT 1 + n % pg_temp.share(0.01), n, n + 1, timestamptz '2026-02-01 00:00+00' + n * interval '7 seconds'
    FROM generate_series(1, pg_temp.share(0.01)) AS n;

-- About 20 kB each, and md5 does not compress.
INSERT INTO catalog.product_images (product_id, content, thumbnail)
  SELECT p, (SELECT decode(string_agg(md5(p || '.' || part), '' ORDER BY part), 'hex') FROM generate_series(1, 1250) AS part),
         CASE WHEN p % 2 = 0 THEN '\x00ff5c27'::bytea ELSE ''::bytea END
    FROM generate_series(1, pg_temp.share(0.001)) AS p;

INSERT INTO catalog.stock (product_id, warehouse_id, quantity)
  SELECT p, w.id, (p * w.id) % 500
    FROM generate_series(1, pg_temp.share(0.01)) AS p CROSS JOIN catalog.warehouses AS w;

INSERT INTO catalog.adjustments (product_id, reason)
  SELECT 1 + n % pg_temp.share(0.01), 'Counted again ' || n FROM generate_series(1, pg_temp.share(0.005)) AS n;

INSERT INTO catalog.measurements (single_value, double_value, exact_value, measured_at, measured_on, duration, address, flags)
  VALUES
    ('NaN', 'NaN', 'NaN', 'infinity', 'infinity', '1 year -3 days 00:00:00.000001', '10.0.0.1', B'101'),
    ('Infinity', 'Infinity', 'Infinity', '-infinity', '-infinity', '-178000000 years', '::1', B''),
    ('-Infinity', '-Infinity', '-Infinity', '4713-01-01 00:00:00+00 BC', '4713-01-01 BC', '0', '192.168.0.0/16', null),
    (1e-37, 1e-300, 1e-300, '294276-12-31 23:59:59.999999+00', '5874897-12-31', '178000000 years', null, B'1'),
    (3.4028235e38, 1.7976931348623157e308, 1e500, '1969-12-31 23:59:59.999999+00', '2000-02-29', '24:00', null, null),
    ('-0', '-0', 0.00, null, null, null, null, null),
    (1.1754944e-38, 2.2250738585072014e-308, -99999999999999999999999999999999999999.999999999999, null, null, null, null, null),
    (0.1, 0.1::double precision + 0.2, 1.50, '2026-03-29 02:30:00+01', '0001-01-01', '00:00:00.1', 'fe80::1/64', B'0000000000000001');
INSERT INTO catalog.measurements (single_value, double_value, exact_value, measured_at)
  SELECT n / 3.0, sqrt(n), n / 7.0, timestamptz '2026-01-01 00:00+00' + n * interval '0.123457 second'
    FROM generate_series(1, pg_temp.share(0.02)) AS n;

INSERT INTO sales.customers (email, name, phone, tags, profile, is_active, joined_at, updated_at)
  SELECT CASE WHEN n % 2 = 0 THEN 'Person' ELSE 'person' END || n || '@Example.no',
         CASE WHEN n = 1 THEN '' ELSE (ARRAY['Åse', 'Bjørn', 'Chen', E'O''Hara', E'tab\there', E'line\nbreak', 'back\slash', '😀'])[1 + n % 8] || ' ' || n END,
         CASE WHEN n % 4 = 0 THEN '+47 9' || lpad((n % 10000000)::text, 7, '0') END,
         CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['vip', null, 'a,b', 'NULL', '{}', ''] ELSE ARRAY['t' || n % 10] END::text[],
         CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN jsonb_build_object('n', n, 'deep', jsonb_build_array(1.10, null, true)) ELSE 'null'::jsonb END,
         n % 10 <> 0,
         timestamptz '2025-01-01 00:00+00' + n * interval '13 minutes', '2026-01-01 00:00+00'
    FROM generate_series(1, pg_temp.share(0.1)) AS n;

INSERT INTO sales.orders (token, customer_id, status, amount, placed_at, updated_at)
  SELECT md5('order ' || n)::uuid, 100 + n % pg_temp.share(0.1),
         (enum_range(NULL::sales.order_status))[1 + n % 6], n % 1000 + 0.5,
         timestamptz '2025-06-01 00:00+00' + n * interval '5 minutes', timestamptz '2025-06-01 00:00+00' + n * interval '6 minutes'
    FROM generate_series(1, pg_temp.share(0.2)) AS n;
-- The newest ids are gone: the highest id is not where the sequence stands.
DELETE FROM sales.orders WHERE id > pg_temp.share(0.2) - 5;

INSERT INTO sales.order_lines (order_id, line_number, product_id, quantity, unit_price)
  SELECT o.id, line, 1 + (o.id * line) % pg_temp.share(0.01), 1 + o.id % 4, (o.id % 300) + 0.25
    FROM sales.orders AS o CROSS JOIN generate_series(1, 2) AS line;

INSERT INTO sales.payments (order_id, paid_at, method, amount)
  SELECT o.id, timestamptz '2025-07-01 00:00+00' + o.id * interval '9 minutes',
         (ARRAY['card', 'vipps', 'invoice'])[1 + o.id % 3], o.amount
    FROM sales.orders AS o WHERE o.id % 2 = 0;

INSERT INTO sales.deliveries (period)
  SELECT tstzrange(timestamptz '2026-01-01 00:00+00' + n * interval '1 hour', timestamptz '2026-01-01 00:00+00' + (n + 1) * interval '1 hour')
    FROM generate_series(1, pg_temp.share(0.002)) AS n;
INSERT INTO sales.deliveries (period) VALUES ('empty'), ('(,2000-01-01 00:00+00)');

INSERT INTO sales.audit_log (at, action, order_id, details)
  SELECT timestamptz '2025-06-01 00:00+00' + n * interval '5 minutes', 'INSERT', n, '{"imported": true}'
    FROM generate_series(1, pg_temp.share(0.05)) AS n;

INSERT INTO sales.carts (session_id, content, touched_at)
  SELECT md5('cart ' || n)::uuid, jsonb_build_object('lines', n % 5), timestamp '2026-03-29 02:30' + n * interval '1 second'
    FROM generate_series(1, pg_temp.share(0.02)) AS n;

INSERT INTO sales.page_views (path, visitor, seen_on)
  SELECT '/product/' || n % 50, nullif(n % 20, 0), date '2026-01-01' + n % 30
    FROM generate_series(1, pg_temp.share(0.05)) AS n;

INSERT INTO sales."Order Notes" ("orderId", "Text, free")
  SELECT n, repeat('Please ring twice. ', 1 + n % 200) FROM generate_series(1, pg_temp.share(0.02)) AS n;

INSERT INTO sales."weird""name" VALUES (1, 'a "quote"', 'NULL'), (2, NULL, ''), (-3, '\N', E'\\.');

SELECT nextval('sales.ticket_number') FROM generate_series(1, 3);
SELECT setval('sales.next_campaign', 41, false);
SELECT nextval('sales.locker') FROM generate_series(1, 53);
