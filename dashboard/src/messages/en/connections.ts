import { number } from '../plural'

export const connections = {
  title: 'Connections',
  subtitle: 'Where your users are kept: here, or in a legacy store that they move out of.',
  empty: 'No connections yet',
  emptyHint: 'A connection is a database of users. Create one, then let it ask your own database at each login.',
  total: (count: number) => (count === 1 ? '1 connection' : `${number('en', count)} connections`),
  columns: {
    name: 'Connection',
    mode: 'Mode',
    here: 'Here',
    notYet: 'Not yet',
    today: 'Moved today',
    health: 'Health',
  },
  modes: {
    local: 'local',
    import: 'imports users',
    legacy: 'legacy store decides',
  },
  notYetUnknown: 'unknown',
  notYetUnknownHint: 'Without a directory only those are known who came by.',
  health: { idle: 'no recent login', ok: 'answers', degraded: 'some logins fail', failing: 'fails' },
}
