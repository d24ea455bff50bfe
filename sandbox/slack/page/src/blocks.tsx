import { Actions, Accessory } from './actions.tsx'
import type { BlockElement, SlackBlock, Text } from './block-types.ts'
import { BlockTable } from './block-table.tsx'
import { LibraryBlock } from './library-block.tsx'
import { TextObject } from './mrkdwn-text.tsx'

function Section({ block }: { block: SlackBlock }) {
  return (
    <div className="block-section">
      <div className="block-section-text">
        {block.text !== undefined && <TextObject text={block.text} />}
        {block.fields !== undefined && (
          <div className="block-fields">
            {block.fields.map((field, at) => (
              <div key={at}>
                <TextObject text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {block.accessory !== undefined && <Accessory element={block.accessory} />}
    </div>
  )
}

const readContextText = (element: { type: string; text?: Text | string }): Text => ({
  type: element.type === 'mrkdwn' ? 'mrkdwn' : 'plain_text',
  text: typeof element.text === 'string' ? element.text : (element.text?.text ?? ''),
})

function Context({ block }: { block: SlackBlock }) {
  return (
    <div className="block-context">
      {(block.elements ?? []).map((element, at) =>
        element.type === 'image' ? (
          <img key={at} src={element.image_url} alt={element.alt_text ?? ''} />
        ) : (
          <TextObject key={at} text={readContextText(element)} />
        ),
      )}
    </div>
  )
}

function Image({ block }: { block: SlackBlock }) {
  return (
    <figure className="block-image">
      {block.title !== undefined && <figcaption>{block.title.text}</figcaption>}
      <img src={block.image_url} alt={block.alt_text ?? ''} />
    </figure>
  )
}

function Container({ block }: { block: SlackBlock }) {
  const title = (
    <>
      <b>{block.title?.text}</b>
      {block.subtitle !== undefined && <TextObject text={block.subtitle} />}
    </>
  )
  const children = <Blocks blocks={block.child_blocks ?? []} />
  if (block.is_collapsible !== true) {
    return (
      <section className="block-container">
        <header>{title}</header>
        {children}
      </section>
    )
  }
  return (
    <details className="block-container" open={block.default_collapsed !== true}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}

function Block({ block }: { block: SlackBlock }) {
  switch (block.type) {
    case 'section':
      return <Section block={block} />
    case 'header':
      return <h3 className="block-header">{block.text !== undefined && <TextObject text={block.text} />}</h3>
    case 'context':
      return <Context block={block} />
    case 'divider':
      return <hr className="block-divider" />
    case 'actions':
      return <Actions elements={(block.elements ?? []) as BlockElement[]} />
    case 'table':
    case 'data_table':
      return <BlockTable block={block} />
    case 'image':
      return <Image block={block} />
    case 'container':
      return <Container block={block} />
    case 'alert':
      return (
        <div className={`block-alert block-alert-${String(block.level ?? 'default')}`} role="note">
          {block.text !== undefined && <TextObject text={block.text} />}
        </div>
      )
    default:
      return <LibraryBlock block={block} />
  }
}

/** Block Kit, drawn in order. */
export function Blocks({ blocks }: { blocks: SlackBlock[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, at) => (
        <Block key={block.block_id ?? at} block={block} />
      ))}
    </div>
  )
}
