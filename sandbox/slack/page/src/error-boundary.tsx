import { Component, type ReactNode } from 'react'

interface Props {
  /** What is drawn; when it changes, drawing is tried again. */
  drawn: unknown
  fallback: ReactNode
  children: ReactNode
}

/** Shows `fallback` when its children cannot be drawn: a block of a newer Slack must not blank the page. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && JSON.stringify(before.drawn) !== JSON.stringify(this.props.drawn)) {
      this.setState({ failed: false })
    }
  }

  override componentDidCatch(error: Error): void {
    console.warn('blocks could not be drawn', error)
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children
  }
}
