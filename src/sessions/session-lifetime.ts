import { isJsonObject, type JsonObject } from '../base/json.ts'
import { newTenantSettings } from '../contract/tenant-settings.ts'

/** How long a session lives: without use, and in all. `ends_with_browser`: whether its cookie is gone when the browser closes. */
export type SessionLifetime = { idle_ms: number; absolute_ms: number; ends_with_browser: boolean }

const hour_ms = 3_600_000

type LifetimeSetting = Extract<keyof typeof newTenantSettings, `${string}session_lifetime`>

/** The lifetime of the sessions of a tenant with these settings. */
export function sessionLifetime(settings: JsonObject): SessionLifetime {
  const hours = (name: LifetimeSetting): number => {
    const value = settings[name]
    return (typeof value === 'number' ? value : newTenantSettings[name]) * hour_ms
  }
  const cookie = settings['session_cookie']
  const ends_with_browser = isJsonObject(cookie) && cookie['mode'] === 'non-persistent'
  return ends_with_browser
    ? {
        idle_ms: hours('idle_ephemeral_session_lifetime'),
        absolute_ms: hours('ephemeral_session_lifetime'),
        ends_with_browser,
      }
    : { idle_ms: hours('idle_session_lifetime'), absolute_ms: hours('session_lifetime'), ends_with_browser }
}

/** When a session that is used at `at` ends without further use. */
export function idleEnd({ idle_ms }: SessionLifetime, ends_at: number, at: number): number {
  return Math.min(at + idle_ms, ends_at)
}
