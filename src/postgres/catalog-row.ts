import { z } from 'zod'

type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text
type CamelKeys<Row> = { [Key in keyof Row as Camel<Key & string>]: Row[Key] }

/**
 * Describes the row of a catalog query: checked as PostgreSQL names its columns, read as TypeScript names its fields.
 *
 * @param shape - a zod type per column, for example `{ is_active: z.boolean() }`, read as `isActive`
 */
export function catalogRow<Shape extends z.ZodRawShape>(shape: Shape) {
  const camel = (row: z.infer<z.ZodObject<Shape>>) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase()),
        value,
      ]),
    ) as CamelKeys<z.infer<z.ZodObject<Shape>>>
  return z.object(shape).transform(camel)
}
