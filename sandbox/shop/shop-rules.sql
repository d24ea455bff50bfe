-- What keeps the shop's rows in order and what reads them: keys, indexes, functions, triggers, views.

ALTER TABLE catalog.categories ADD FOREIGN KEY (parent_id) REFERENCES catalog.categories;
ALTER TABLE catalog.products
  ADD FOREIGN KEY (category_id) REFERENCES catalog.categories,
  ADD CONSTRAINT products_replacement FOREIGN KEY (replacement_id) REFERENCES catalog.products DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE catalog.product_images ADD FOREIGN KEY (product_id) REFERENCES catalog.products ON DELETE CASCADE;
ALTER TABLE catalog.stock
  ADD FOREIGN KEY (product_id) REFERENCES catalog.products,
  ADD FOREIGN KEY (warehouse_id) REFERENCES catalog.warehouses;
ALTER TABLE sales.orders ADD FOREIGN KEY (customer_id) REFERENCES sales.customers;
ALTER TABLE sales.order_lines
  ADD FOREIGN KEY (order_id) REFERENCES sales.orders ON DELETE CASCADE,
  ADD FOREIGN KEY (product_id) REFERENCES catalog.products;
-- One old row breaks it: it holds for new rows only, and cannot be validated.
ALTER TABLE sales.customers ADD CONSTRAINT customers_name_given CHECK (name <> '') NOT VALID;

CREATE INDEX orders_token ON sales.orders (token);
CREATE INDEX orders_customer ON sales.orders (customer_id, placed_at DESC NULLS LAST) INCLUDE (amount);
CREATE INDEX orders_open ON sales.orders (placed_at) WHERE status IN ('placed', 'paid');
CREATE INDEX customers_lower_name ON sales.customers (lower(name) text_pattern_ops);
CREATE INDEX customers_tags ON sales.customers USING gin (tags);
CREATE INDEX products_name ON catalog.products USING gin (name public.gin_trgm_ops);
CREATE INDEX payments_order ON sales.payments (order_id);
CREATE INDEX audit_log_at ON sales.audit_log USING brin (at);
CREATE INDEX "Order Notes idx" ON sales."Order Notes" USING hash ("orderId");
COMMENT ON INDEX sales.orders_open IS 'What the warehouse looks at';
CREATE STATISTICS sales.orders_customer_status (dependencies, ndistinct) ON customer_id, status FROM sales.orders;
ALTER TABLE sales.orders ALTER COLUMN status SET STATISTICS 500;
ALTER TABLE sales.audit_log SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE sales.orders CLUSTER ON orders_pkey;

CREATE FUNCTION sales.order_total(wanted bigint) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT coalesce(sum(total), 0) FROM sales.order_lines WHERE order_id = wanted;
  END;
COMMENT ON FUNCTION sales.order_total(bigint) IS 'Sum of an order''s lines, NOK';

CREATE FUNCTION catalog.slug(name text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g') $$;
CREATE INDEX products_slug ON catalog.products (catalog.slug(name));

CREATE AGGREGATE catalog.longest(text) (SFUNC = pg_catalog.text_larger, STYPE = text);

CREATE PROCEDURE sales.close_old_carts(before timestamp without time zone)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN DELETE FROM sales.carts WHERE touched_at < before; END $$;

CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
  AS $$ BEGIN NEW.updated_at := pg_catalog.clock_timestamp(); RETURN NEW; END $$;
CREATE FUNCTION sales.audit() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
  AS $$
  BEGIN
    INSERT INTO sales.audit_log (action, order_id, details)
      VALUES (TG_OP, coalesce(NEW.id, OLD.id), pg_catalog.jsonb_build_object('token', coalesce(NEW.token, OLD.token), 'version', NEW.version));
    RETURN NULL;
  END $$;
CREATE FUNCTION catalog.keep_price() RETURNS trigger LANGUAGE plpgsql SET search_path = ''
  AS $$
  BEGIN
    INSERT INTO catalog.price_changes (product_id, old_price, new_price) VALUES (NEW.id, OLD.price, NEW.price);
    RETURN NULL;
  END $$;

CREATE TRIGGER touch BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.touch();
CREATE TRIGGER touch BEFORE UPDATE ON sales.customers FOR EACH ROW EXECUTE FUNCTION sales.touch();
CREATE TRIGGER touch BEFORE UPDATE ON catalog.products FOR EACH ROW EXECUTE FUNCTION sales.touch();
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.audit();
-- Fires for replicated rows too: on a subscriber it would write each price change a second time.
CREATE TRIGGER keep_price AFTER UPDATE OF price ON catalog.products
  FOR EACH ROW WHEN (OLD.price IS DISTINCT FROM NEW.price) EXECUTE FUNCTION catalog.keep_price();
ALTER TABLE catalog.products ENABLE ALWAYS TRIGGER keep_price;
CREATE TRIGGER not_now BEFORE DELETE ON sales.customers FOR EACH ROW EXECUTE FUNCTION sales.touch();
ALTER TABLE sales.customers DISABLE TRIGGER not_now;

CREATE RULE keep_currencies AS ON DELETE TO catalog.currencies DO INSTEAD NOTHING;

CREATE VIEW sales.open_orders WITH (security_barrier) AS
  SELECT o.id, o.token, c.name AS customer, o.amount, sales.order_total(o.id) AS total
    FROM sales.orders AS o JOIN sales.customers AS c ON c.id = o.customer_id
   WHERE o.status IN ('placed', 'paid');
CREATE VIEW sales.open_order_count AS SELECT count(*) AS orders FROM sales.open_orders;

CREATE MATERIALIZED VIEW catalog.best_sellers AS
  SELECT product_id, sum(quantity) AS sold FROM sales.order_lines GROUP BY product_id
  WITH DATA;
CREATE UNIQUE INDEX best_sellers_product ON catalog.best_sellers (product_id);

-- There for the day row-level security is switched on; it is off.
CREATE POLICY own_customers ON sales.customers FOR SELECT TO shop_reader USING (is_active);
