-- Who may do what in the shop; runs as shop_owner.

GRANT USAGE ON SCHEMA sales, catalog TO shop_app, shop_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sales, catalog TO shop_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA sales, catalog TO shop_app;
GRANT SELECT ON ALL TABLES IN SCHEMA sales TO shop_reader;
GRANT SELECT (id, sku, name, price) ON catalog.products TO shop_reader;
REVOKE DELETE, UPDATE ON sales.audit_log FROM shop_app;
REVOKE EXECUTE ON PROCEDURE sales.close_old_carts(timestamp without time zone) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE sales.close_old_carts(timestamp without time zone) TO shop_app;
GRANT USAGE ON TYPE sales.order_status TO shop_app WITH GRANT OPTION;

ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO shop_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO shop_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT USAGE, SELECT ON SEQUENCES TO shop_app;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
