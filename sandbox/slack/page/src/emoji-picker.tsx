import { useState } from 'react'
import { EMOJI_GROUPS, TONE_NUMBERS, type Emoji, findGlyph, takesTone } from './emoji-names.ts'

/** Votes try skin tones often, so the choice stands in sight; null is the plain yellow hand. */
function Tones({ tone, onTone }: { tone: string | null; onTone: (tone: string | null) => void }) {
  return (
    <div className="tones" role="radiogroup" aria-label="Skin tone">
      {[null, ...TONE_NUMBERS].map((one) => (
        <button
          type="button"
          role="radio"
          key={one ?? 'plain'}
          aria-checked={one === tone}
          aria-label={one === null ? 'No skin tone' : `Skin tone ${one}`}
          data-testid={`tone-${one ?? 'plain'}`}
          onClick={() => {
            onTone(one)
          }}
        >
          {findGlyph(one === null ? 'hand' : `hand::skin-tone-${one}`)}
        </button>
      ))}
    </div>
  )
}

/** A searchable grid of emoji. */
export function EmojiPicker({ onPick }: { onPick: (name: string) => void }) {
  const [search, setSearch] = useState('')
  const [tone, setTone] = useState<string | null>(null)
  const wanted = search.trim().replaceAll(':', '').toLowerCase().replaceAll(' ', '_')
  const toned = (name: string): string => (tone !== null && takesTone(name) ? `${name}::skin-tone-${tone}` : name)
  const groups = EMOJI_GROUPS.map((group) => ({
    ...group,
    emoji: group.emoji.filter((emoji) => emoji.name.includes(wanted)),
  })).filter((group) => group.emoji.length > 0)
  const first = groups[0]?.emoji[0]
  const writeEmoji = (emoji: Emoji) => (
    <button
      type="button"
      key={emoji.name}
      className="picker-emoji"
      aria-label={emoji.name}
      title={`:${emoji.name}:`}
      data-testid={`pick-${emoji.name}`}
      onClick={() => {
        onPick(toned(emoji.name))
      }}
    >
      {findGlyph(toned(emoji.name))}
    </button>
  )
  return (
    <div className="picker" data-testid="emoji-picker">
      <input
        className="picker-search"
        type="search"
        placeholder="Search all emoji"
        aria-label="Search emoji"
        value={search}
        autoFocus
        onChange={(event) => {
          setSearch(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && first !== undefined) onPick(toned(first.name))
        }}
      />
      <div className="picker-groups">
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <div className="picker-grid">{group.emoji.map(writeEmoji)}</div>
          </section>
        ))}
        {groups.length === 0 && <p className="picker-none">No emoji is called “{search}”.</p>}
      </div>
      <Tones tone={tone} onTone={setTone} />
    </div>
  )
}
