import { number, plural } from '../plural'
import { log_types } from './log-types'
import { outcomes } from './outcomes'

const count = (value: number): string => number('en', value)

export const logs = {
  title: 'Logs',
  subtitle: 'Every login, failed login, move and change of this tenant, newest first.',
  searchLabel: 'Search by user, application, connection, address, id or reference code',
  types: log_types,
  outcomes,
  type: 'Event',
  outcome: 'Outcome with the legacy store',
  period: 'Time',
  any: 'Any',
  periods: {
    hour: 'Last hour',
    day: 'Last 24 hours',
    week: 'Last 7 days',
    month: 'Last 30 days',
    between: 'Between two times',
  },
  from: 'From',
  to: 'Until',
  exact: { user_id: 'User', connection_id: 'Connection', client_id: 'Application' },
  removeFilter: (name: string, value: string) => `Remove the filter ${name} ${value}`,
  live: 'Show new events as they happen',
  waiting: (value: number, is_more: boolean) =>
    is_more
      ? `Paused: ${count(value)} or more new events`
      : plural('en', value, { one: 'Paused: 1 new event', other: `Paused: ${count(value)} new events` }),
  showNew: 'Show them',
  columns: { event: 'Event', user: 'User', connection: 'Connection', application: 'Application', time: 'Time' },
  failed: 'failed',
  succeeded: 'done',
  empty: 'No events yet',
  emptyHint:
    'Events appear here when users log in, fail to log in, sign up or move, and when an admin changes something.',
  noMatch: 'No event matches',
  noMatchHint:
    'A search finds the beginning of names and e-mail addresses, and whole ids, addresses and reference codes. Old events are deleted after the days that the plan of the tenant keeps them.',
  facts: 'Event',
  description: 'Description',
  meaning: 'Meaning',
  outcomeOf: 'Outcome',
  reference: 'Reference code',
  ip: 'Address',
  hostname: 'Host',
  userAgent: 'Browser or program',
  audience: 'API',
  scope: 'Scopes',
  id: 'Log id',
  allOf: {
    user_id: 'All events of this user',
    connection_id: 'All events of this connection',
    client_id: 'All events of this application',
  },
  related: 'Related events',
  details: 'Details',
  scriptLines: 'What the scripts wrote',
  ruleLines: 'What the rules wrote',
  noScriptLines: 'The scripts wrote nothing, or their lines have been deleted since.',
  lineColumns: { time: 'Time', script: 'Script', level: 'Level', text: 'Text' },
  moreLines: (value: number) => `The newest ${count(value)} lines are shown.`,
}
