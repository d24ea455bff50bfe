-- The record of migrations. Times are timestamptz; texts carry no secret (src/secret.ts takes them out before).

CREATE TABLE flytt.migration (
  id text PRIMARY KEY,
  name text NOT NULL,
  number integer NOT NULL,
  -- Which database is moved: host, port and database name of the source, lower case.
  source_key text NOT NULL,
  requester_user_id text NOT NULL,
  channel_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'paused', 'failed', 'aborting', 'abort-failed', 'aborted', 'finished')),
  phase text NOT NULL,
  run integer NOT NULL DEFAULT 1 CHECK (run >= 1),
  epoch bigint NOT NULL DEFAULT 0,
  switched_at timestamptz,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  UNIQUE (name, number),
  CHECK ((finished_at IS NOT NULL) = (status IN ('aborted', 'finished')))
);
COMMENT ON TABLE flytt.migration IS 'One move of one database.';

-- One unfinished migration per source, whoever asks and however often.
CREATE UNIQUE INDEX migration_one_unfinished_per_source ON flytt.migration (source_key) WHERE finished_at IS NULL;

CREATE TABLE flytt.phase_run (
  migration_id text NOT NULL REFERENCES flytt.migration,
  run integer NOT NULL,
  phase text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('run', 'undo')),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('done', 'back', 'failed', 'stopped')),
  error jsonb,
  progress jsonb,
  PRIMARY KEY (migration_id, run)
);
COMMENT ON TABLE flytt.phase_run IS 'What each run of a phase came to; progress is what it told last.';

CREATE TABLE flytt.journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration_id text NOT NULL REFERENCES flytt.migration,
  run integer NOT NULL,
  epoch bigint NOT NULL,
  step text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE flytt.journal IS 'Steps of a cutover, each written before it is done.';
CREATE INDEX journal_by_run ON flytt.journal (migration_id, run, id);

CREATE TABLE flytt.fact (
  migration_id text NOT NULL REFERENCES flytt.migration,
  name text NOT NULL,
  value jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (migration_id, name)
);
COMMENT ON TABLE flytt.fact IS 'What a phase found or made and a later one needs: old values, created roles, results.';

CREATE TABLE flytt.lag_sample (
  migration_id text NOT NULL REFERENCES flytt.migration,
  at timestamptz NOT NULL,
  lag_bytes bigint NOT NULL CHECK (lag_bytes >= 0),
  replay_ms bigint,
  retained_bytes bigint NOT NULL,
  PRIMARY KEY (migration_id, at)
);

CREATE TABLE flytt.approval_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration_id text NOT NULL REFERENCES flytt.migration,
  run integer NOT NULL,
  plan_digest text NOT NULL,
  message_key text NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When the quorum was first seen; null while votes are missing.
  quorum_at timestamptz,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'granted', 'expired', 'vetoed', 'superseded', 'closed')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX approval_request_one_open ON flytt.approval_request (migration_id) WHERE status = 'open';

CREATE TABLE flytt.vote_reading (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id bigint NOT NULL REFERENCES flytt.approval_request,
  approved_by text[] NOT NULL,
  vetoed_by text[] NOT NULL,
  excluded jsonb NOT NULL,
  raw jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE flytt.vote_reading IS 'What Slack answered whenever the votes changed: the evidence.';

CREATE TABLE flytt.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration_id text REFERENCES flytt.migration,
  kind text NOT NULL,
  -- The Slack user who did it; null when Flytt did.
  user_id text,
  detail jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE flytt.event IS 'What happened and who decided it; rows are only added.';
CREATE INDEX event_by_migration ON flytt.event (migration_id, id);

CREATE TABLE flytt.message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration_id text NOT NULL REFERENCES flytt.migration,
  key text NOT NULL,
  place text NOT NULL CHECK (place IN ('root', 'thread', 'broadcast', 'ephemeral')),
  -- The only reader of an ephemeral message.
  user_id text,
  -- What shall stand in Slack, and what stands there.
  wanted jsonb NOT NULL,
  wanted_digest text NOT NULL,
  posted_digest text,
  ts text,
  -- Reactions the bot still has to add.
  reactions text[] NOT NULL DEFAULT '{}',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  edited_at timestamptz,
  -- Why Slack refused it for good; null while it has not.
  refused text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (migration_id, key),
  CHECK ((place = 'ephemeral') = (user_id IS NOT NULL))
);
COMMENT ON TABLE flytt.message IS 'What Flytt says in Slack: recorded first, posted by the poster, in order, once per key.';
CREATE INDEX message_outstanding ON flytt.message (migration_id, id)
  WHERE refused IS NULL AND (posted_digest IS DISTINCT FROM wanted_digest OR reactions <> '{}');

CREATE TABLE flytt.seen_event (
  event_id text PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE flytt.seen_event IS 'Slack events that were handled; Slack sends some twice.';
