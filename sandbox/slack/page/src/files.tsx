import type { SlackFile } from './api.ts'
import { Icon } from './icons.tsx'

function writeSize(bytes: number): string {
  if (bytes < 1_000) return `${String(bytes)} B`
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

const writeKind = (file: SlackFile): string => (file.name.split('.').at(-1) ?? 'file').toUpperCase()

function FileCard({ file }: { file: SlackFile }) {
  return (
    <a className="file-card" href={file.url} download={file.name} data-testid={`file-${file.id}`}>
      <span className="file-sign">
        <Icon name="file" size={22} />
      </span>
      <span className="file-text">
        <b>{file.title === '' ? file.name : file.title}</b>
        <span>
          {writeKind(file)} · {writeSize(file.size)}
        </span>
      </span>
      <Icon name="download" size={18} />
    </a>
  )
}

function ImageFile({ file }: { file: SlackFile }) {
  return (
    <figure className="file-image" data-testid={`file-${file.id}`}>
      <figcaption>
        {file.title === '' ? file.name : file.title} <span>{writeSize(file.size)}</span>
      </figcaption>
      <a href={file.url} target="_blank" rel="noreferrer">
        <img src={file.url} alt={file.title === '' ? file.name : file.title} />
      </a>
    </figure>
  )
}

/** What is attached: pictures are shown, anything else is a card to download. */
export function Files({ files }: { files: SlackFile[] }) {
  if (files.length === 0) return null
  return (
    <div className="files">
      {files.map((file) =>
        file.mimetype.startsWith('image/') ? (
          <ImageFile key={file.id} file={file} />
        ) : (
          <FileCard key={file.id} file={file} />
        ),
      )}
    </div>
  )
}
