import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { splitScript } from '../../../src/postgres/split-statements.ts'

const sqlOf = (script: string) => splitScript(script).statements.map(({ sql }) => sql)
const join = (script: string) => {
  const { statements, trailing } = splitScript(script)
  return statements.map(({ leading, sql }) => leading + sql).join('') + trailing
}

/** Texts made of what could end a statement early. */
const hostile = fc
  .array(
    fc.constantFrom(
      ';',
      "''",
      '""',
      '\\',
      '$$',
      '$a$',
      '--',
      '/*',
      '*/',
      '(',
      ')',
      '\n',
      'BEGIN',
      'END',
      'x',
      'é',
      '\\restrict k\n',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

/** Literals, names and comments with a hostile text inside, each whole. */
const closed = fc.oneof(
  hostile.map((text) => `'${text.replaceAll("'", "''")}'`),
  hostile.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  hostile.map((text) => `"${text.replaceAll('"', '""')}"`),
  hostile.map((text) => `$tag$${text}$tag$`),
  hostile.map((text) => `/* ${text.replaceAll('/*', '').replaceAll('*/', '')} /* nested ; */ ; */`),
  hostile.map((text) => `-- ${text.replaceAll('\n', ' ')}\n`),
  hostile.map((text) => `(SELECT 1; SELECT '${text.replaceAll("'", "''")}')`),
)

describe('splitScript', () => {
  test('gives the same text when it is joined again, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string()), (script) => {
        expect(join(script)).toBe(script)
      }),
    )
  })

  test('never splits within a literal, a quoted name, a comment or brackets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(closed, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        (statements) => {
          const texts = statements.map((parts) => `SELECT ${parts.join(' , ')};`)
          expect(sqlOf(texts.join('\n\n'))).toEqual(texts)
        },
      ),
    )
  })

  test.each([
    [
      'a function with an SQL body',
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql\n BEGIN ATOMIC\n SELECT CASE WHEN true THEN 1 ELSE CASE WHEN false THEN 2 END END;\n SELECT 2;\nEND;',
    ],
    [
      'a replaced procedure with an SQL body',
      'CREATE OR REPLACE PROCEDURE s.p() BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM t; END;',
    ],
    ['a function that is called begin', 'CREATE FUNCTION public.begin() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;'],
    [
      'a rule with several actions',
      'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;);',
    ],
    ['a view with CASE and no body', 'CREATE VIEW v AS SELECT CASE WHEN a THEN 1 ELSE 2 END AS e FROM t;'],
    ['a name with a dollar', 'SELECT foo$bar$ FROM t;'],
    ['an escape string with a quote behind a backslash', "SELECT E'it\\'s; \\\\', e'''; ';"],
  ])('keeps %s in one piece', (_name, sql) => {
    expect(sqlOf(`${sql}\nSELECT 1;`)).toEqual([sql, 'SELECT 1;'])
  })

  test('takes out meta commands of psql, and leaves lines like them in function bodies alone', () => {
    const body = 'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$\n\\restrict me\nSELECT 1;\n$_$;'
    expect(sqlOf(`\\restrict abc\n\n${body}\n\n\\unrestrict abc\n\\connect shop\n`)).toEqual([body])
  })

  test('tells which entry of pg_dump a statement belongs to', () => {
    const script = `SET a = 1;\n--\n-- Name: t; Type: TABLE; Schema: public; Owner: o\n--\n\nCREATE TABLE public.t ();\n\n\nALTER TABLE public.t OWNER TO o;\n\n--\n-- Name: x; Type: INDEX; Schema: public; Owner: o\n--\n\nCREATE INDEX x ON public.t (a);\n`
    expect(
      splitScript(script).statements.map(({ entry, header }) => [entry, header?.type ?? null, header?.name ?? null]),
    ).toEqual([
      [0, null, null],
      [1, 'TABLE', 't'],
      [1, 'TABLE', 't'],
      [2, 'INDEX', 'x'],
    ])
  })
})
