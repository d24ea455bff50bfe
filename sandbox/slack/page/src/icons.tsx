/** Line icons, drawn here so that the page needs no network. */
const PATHS = {
  hash: 'M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16',
  home: 'M4 11.5 12 4l8 7.5M6 10v9.5h4.5V14h3v5.5H18V10',
  smile: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18ZM8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.5v.6M15 9.5v.6',
  thread:
    'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-7l-4.5 4v-4H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5ZM8 9.2h8M8 12.2h5',
  close: 'm6 6 12 12M18 6 6 18',
  send: 'M4.5 12 4 4.5 20.5 12 4 19.5l.5-7.5Zm0 0H12',
  pin: 'M14.5 3.5 20.5 9.5l-3 1-4 4 .2 3.8-1.2 1.2-8-8 1.2-1.2 3.8.2 4-4 1-3ZM8.5 15.5 4 20',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  file: 'M6 3.5h8l4.5 4.5v12.5h-12.5ZM14 3.5V8h4.5',
  download: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14',
  down: 'm6 9 6 6 6-6',
  reply: 'M9.5 6 4 11.5 9.5 17M4 11.5h9.5a6 6 0 0 1 6 6V19',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  alert: 'M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.2',
  arrow: 'M4 12h15m-6-6 6 6-6 6',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.6-4 3.6-6 7.5-6s6.900 2 7.500 6',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className={`icon icon-${name}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
