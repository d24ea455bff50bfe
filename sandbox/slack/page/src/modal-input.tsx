import { useId } from 'react'
import type { BlockElement, SlackBlock } from './block-types.ts'
import { TextObject, readPlain } from './mrkdwn-text.tsx'
import { listOptions } from './modal-state.ts'
import { useWorkspace } from './workspace.ts'

interface FieldProps {
  id: string
  element: BlockElement
  value: string[]
  onChange: (value: string[]) => void
}

function TextField({ id, element, value, onChange }: FieldProps) {
  const shared = {
    id,
    className: 'field',
    value: value[0] ?? '',
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    autoFocus: element.focus_on_load,
    'data-testid': `input-${element.action_id ?? ''}`,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      onChange([event.target.value])
    },
  }
  const types: Readonly<Record<string, string>> = {
    number_input: 'number',
    email_text_input: 'email',
    url_text_input: 'url',
    datepicker: 'date',
  }
  return element.multiline === true ? (
    <textarea rows={4} {...shared} />
  ) : (
    <input type={types[element.type] ?? 'text'} {...shared} />
  )
}

function SelectField({ id, element, value, onChange }: FieldProps) {
  const { state } = useWorkspace()
  const options =
    element.type === 'users_select'
      ? state.users.map((user) => ({ text: user.name, value: user.id }))
      : listOptions(element).map((option) => ({ text: option.text.text, value: option.value }))
  return (
    <select
      id={id}
      className="field select"
      value={value[0] ?? ''}
      data-testid={`input-${element.action_id ?? ''}`}
      onChange={(event) => {
        onChange([event.target.value])
      }}
    >
      <option value="" disabled>
        {element.placeholder?.text ?? 'Choose an option'}
      </option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  )
}

function ChoiceField({ id, element, value, onChange }: FieldProps) {
  const many = element.type !== 'radio_buttons'
  return (
    <div className="choices" role={many ? 'group' : 'radiogroup'} aria-labelledby={`${id}-label`}>
      {listOptions(element).map((option) => (
        <label key={option.value}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name={id}
            checked={value.includes(option.value)}
            data-testid={`input-${element.action_id ?? ''}-${option.value}`}
            onChange={(event) => {
              const others = many ? value.filter((one) => one !== option.value) : []
              onChange(event.target.checked ? [...others, option.value] : others)
            }}
          />
          <span>
            <TextObject text={option.text} />
            {option.description !== undefined && (
              <span className="choice-description">
                <TextObject text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  )
}

function Field(props: FieldProps) {
  switch (props.element.type) {
    case 'static_select':
    case 'users_select':
      return <SelectField {...props} />
    case 'radio_buttons':
    case 'checkboxes':
    case 'multi_static_select':
      return <ChoiceField {...props} />
    default:
      return <TextField {...props} />
  }
}

interface Props {
  block: SlackBlock
  value: string[]
  error: string | undefined
  onChange: (value: string[]) => void
}

/** One `input` block: its label, the input, a hint and what is wrong with it. */
export function InputBlock({ block, value, error, onChange }: Props) {
  const id = useId()
  if (block.element === undefined) return null
  return (
    <div className={error === undefined ? 'input-block' : 'input-block wrong'}>
      <label id={`${id}-label`} htmlFor={id}>
        {readPlain(block.label?.text ?? '')}
        {block.optional === true && <span className="optional"> (optional)</span>}
      </label>
      <Field id={id} element={block.element} value={value} onChange={onChange} />
      {error !== undefined && (
        <p className="input-error" role="alert">
          {error}
        </p>
      )}
      {block.hint !== undefined && <p className="input-hint">{readPlain(block.hint.text)}</p>}
    </div>
  )
}
