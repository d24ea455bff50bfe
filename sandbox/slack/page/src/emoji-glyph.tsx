import { findGlyph } from './emoji-names.ts'

/** One emoji by its Slack name. */
export function EmojiGlyph({ name }: { name: string }) {
  const glyph = findGlyph(name)
  if (glyph === null) return <span className="emoji-unknown">:{name}:</span>
  return (
    <span className="emoji" role="img" aria-label={name}>
      {glyph}
    </span>
  )
}
