import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { Strict, Timestamp, type Route } from './route.ts'

/** What happened on one day (UTC). */
export const DailyStats = Type.Object({
  date: Timestamp('Start of the day.'),
  logins: Type.Integer({ description: 'Logins.' }),
  signups: Type.Integer({ description: 'Sign-ups.' }),
  leaked_passwords: Type.Integer({ description: 'Always 0: there is no detection of breached passwords.' }),
  created_at: Timestamp('The first of these events, or the start of the day.'),
  updated_at: Timestamp('The last of these events, or the start of the day.'),
})
export type DailyStats = Static<typeof DailyStats>

const day = (description: string) =>
  Type.Optional(Type.String({ pattern: patterns.day_without_hyphens.pattern, description }))

/** Operations on statistics. */
export const statsRoutes = {
  getActiveUsers: {
    method: 'GET',
    url: '/api/v2/stats/active-users',
    scopes: ['read:stats'],
    tag: 'stats',
    summary: 'Count the users who logged in during the last 30 days',
    status: 200,
    response: Type.Integer(),
  },
  listDailyStats: {
    method: 'GET',
    url: '/api/v2/stats/daily',
    scopes: ['read:stats'],
    tag: 'stats',
    summary: 'Count logins and sign-ups by day',
    description:
      'Counted in the log: days that are older than the retention of log events have zeros. At most 366 days.',
    status: 200,
    query: Strict({
      from: day('First day, YYYYMMDD; default 29 days before the last'),
      to: day('Last day, YYYYMMDD; default today'),
    }),
    response: Type.Array(DailyStats),
  },
} satisfies Record<string, Route>
