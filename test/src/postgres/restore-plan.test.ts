import { describe, expect, test } from '@jest/globals'
import { heldBackStatements } from '../../../src/postgres/held-back.ts'
import { planPostData } from '../../../src/postgres/post-data.ts'
import { planRestore } from '../../../src/postgres/restore-plan.ts'

let entries = 0
const entry = (type: string, ...sql: string[]) =>
  `--\n-- Name: n${String(++entries)}; Type: ${type}; Schema: s; Owner: o\n--\n\n${sql.join('\n\n')}\n\n`

const PRIMARY = entry(
  'CONSTRAINT',
  'ALTER TABLE ONLY s.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (id);',
  'ALTER TABLE s.t CLUSTER ON t_pkey;',
)
const UNIQUE = entry('CONSTRAINT', 'ALTER TABLE ONLY s.u ADD CONSTRAINT u_key UNIQUE (id);')
const IDENTITY = entry(
  'INDEX',
  'CREATE UNIQUE INDEX "I x" ON s."T x" USING btree (id);',
  'ALTER TABLE ONLY s."T x" REPLICA IDENTITY USING INDEX "I x";',
)
const ATTACH = entry('INDEX ATTACH', 'ALTER INDEX s.parent_pkey ATTACH PARTITION s.t_pkey;')
const ATTACH_OTHER = entry('INDEX ATTACH', 'ALTER INDEX s.parent_i ATTACH PARTITION s.t_i;')
const INDEX = entry(
  'INDEX',
  'CREATE INDEX t_i ON ONLY s.t USING btree (a);',
  'ALTER INDEX s.t_i ALTER COLUMN 1 SET STATISTICS 100;',
)
const COMMENT = entry('COMMENT', "COMMENT ON INDEX s.t_i IS 'ADD CONSTRAINT x PRIMARY KEY';")
const VIEW = entry('VIEW', 'CREATE OR REPLACE VIEW s.v AS SELECT 1;')
const FOREIGN = entry(
  'FK CONSTRAINT',
  'ALTER TABLE ONLY s.t ADD CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES s."select"(id, c);',
)
const TRIGGER = entry(
  'TRIGGER',
  'CREATE TRIGGER x AFTER UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();',
  'ALTER TABLE s.t ENABLE ALWAYS TRIGGER x;',
)
const EVENT = entry(
  'EVENT TRIGGER',
  'CREATE EVENT TRIGGER e ON ddl_command_end\n   EXECUTE FUNCTION s.f();',
  'ALTER EVENT TRIGGER e OWNER TO o;',
)
const DUMP = `SET lock_timeout = 0;\n\n${[PRIMARY, UNIQUE, IDENTITY, INDEX, COMMENT, ATTACH, ATTACH_OTHER, VIEW, FOREIGN, TRIGGER, EVENT].join('')}`

describe('planRestore', () => {
  test('reads what each statement does from the statement itself', () => {
    expect(planRestore(DUMP).map(({ kind, tables, isForIdentity }) => [kind, tables.join(' '), isForIdentity])).toEqual(
      [
        ['key', 's.t', true],
        ['mark', 's.t', false],
        ['key', 's.u', false],
        ['index', 's."T x"', true],
        ['identity', 's."T x"', true],
        ['index', 's.t', false],
        ['mark', '', false],
        ['comment', '', false],
        ['attach', '', true],
        ['attach', '', false],
        ['other', '', false],
        ['foreign-key', 's.t s.select', false],
        ['other', '', false],
        ['held-back', 's.t', false],
        ['held-back', '', false],
        ['held-back', '', false],
      ],
    )
  })

  test('leaves out the settings before the first object', () => {
    expect(planRestore(DUMP).some(({ sql }) => sql.includes('lock_timeout'))).toBe(false)
  })
})

describe('planPostData', () => {
  test('joins neighbouring builds, puts marks behind them and comments last, and does not move anything over a view', () => {
    const steps = planPostData(
      planRestore(`${DUMP}${entry('INDEX', 'CREATE INDEX v_i ON s.matview (a);')}`).filter(
        ({ kind }) => kind !== 'held-back',
      ),
    )
    expect(
      steps.map(({ kind, statements }) => [kind, statements.map((statement) => statement.kind).join(' ')]),
    ).toEqual([
      ['build', 'key key index index'],
      ['in-order', 'mark identity mark attach attach other'],
      ['foreign-keys', 'foreign-key'],
      ['in-order', 'other'],
      ['build', 'index'],
      ['in-order', 'comment'],
    ])
  })
})

describe('heldBackStatements', () => {
  test('knows what takes each of them back', () => {
    expect(heldBackStatements(planRestore(DUMP)).map(({ undo }) => undo)).toEqual([
      'ALTER TABLE s . t ENABLE TRIGGER x',
      'DROP EVENT TRIGGER IF EXISTS e',
      null,
    ])
  })
})
