import type { Suggestion } from './subcommands.ts'

interface Props {
  suggestions: Suggestion[]
  chosen: number | null
  onTake: (number: number) => void
}

/** The commands that fit what is typed so far. */
export function SuggestionList({ suggestions, chosen, onTake }: Props) {
  return (
    <div className="suggestions" role="listbox" aria-label="Commands" data-testid="suggestions">
      <p className="suggestions-head">
        <span>
          Commands of <b>Flytt</b>
        </span>
        <span>
          <kbd>Tab</kbd> completes · <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
      </p>
      {suggestions.map((suggestion, number) => (
        <button
          type="button"
          role="option"
          tabIndex={-1}
          key={suggestion.usage}
          aria-selected={number === chosen}
          className={number === chosen ? 'suggestion chosen' : 'suggestion'}
          onMouseDown={(event) => {
            event.preventDefault()
            onTake(number)
          }}
        >
          <b>{suggestion.usage}</b>
          <span>{suggestion.description}</span>
        </button>
      ))}
    </div>
  )
}
