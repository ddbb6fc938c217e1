-- The role under which the portal works on PostgreSQL, once the tables are there and after every
-- upgrade; run it as the owner of the tables, who alone migrates:
--
--   psql -d portal -f docs/role.sql
--   psql -d portal -c "ALTER ROLE portal_app LOGIN PASSWORD '...'"
--
-- The role reads and writes rows. It owns nothing, so that it can neither drop a guard nor switch one
-- off; what is written once (every table with such a guard) it may only add to; and it makes no
-- table of its own, not even for a while, that a guard would read in the place of the real one.
DO $$
DECLARE
    written_once regclass;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
        CREATE ROLE portal_app NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
    END IF;
    GRANT USAGE ON SCHEMA public TO portal_app;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_app;
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM portal_app;
    REVOKE DELETE ON audit_head, budget_line FROM portal_app;
    FOR written_once IN
        SELECT tgrelid FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE proname = 'refuse_change' AND tgname LIKE '%\_no\_change'
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM portal_app', written_once);
    END LOOP;
END $$;
