import type { Route } from './route.ts'
import type { RouteName, Routes } from './routes.ts'

/** Whether requests of a route can be in the log: all that change something, and reads of what is worth protecting. */
export const canBeLogged = ({ method, changes_nothing, logged_with, admins_logged_unless }: Route): boolean =>
  method === 'GET' ? logged_with !== undefined || admins_logged_unless !== undefined : changes_nothing !== true

type LoggedRead = { logged_with: string } | { admins_logged_unless: string }

/** Like `canBeLogged`, as a type. */
type LoggedRoute = {
  [Name in RouteName]: Routes[Name] extends { method: 'GET' }
    ? Routes[Name] extends LoggedRead
      ? Name
      : never
    : Routes[Name] extends { changes_nothing: true }
      ? never
      : Name
}[RouteName]

/** What is logged like an operation of the Management API, and is done on a page of admins, or logged where its answer has password hashes. */
export const operations_logged_elsewhere = [
  'acceptAdminInvitation',
  'setUpAdmin',
  'chooseAdminPassword',
  'getJobFile',
] as const

/** `details.operation` of a log event of type `sapi`. */
export type LoggedOperation = LoggedRoute | (typeof operations_logged_elsewhere)[number]
