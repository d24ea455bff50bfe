/** What went wrong, for a few seconds; or, as long as it lasts, that the sandbox is away. */
export function Toast({ sentence, connected }: { sentence: string | null; connected: boolean }) {
  const text = connected ? sentence : 'The sandbox does not answer. Trying to reconnect…'
  return (
    <div className={text === null ? 'toast' : 'toast toast-shown'} role="status" data-testid="toast">
      {text}
    </div>
  )
}
