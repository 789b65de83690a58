import { LRUCache } from 'lru-cache'
import type { LogType } from '../contract/log-types.ts'
import type { Background } from '../base/background.ts'
import type { Clock } from '../base/clock.ts'
import { countedAddress } from '../base/counted-address.ts'
import type { Db } from '../store/tables.ts'
import { recordEvent, type Caller, type NewLogEvent } from './record-event.ts'

/** The most events of one type that callers of one address cause in `unauthenticated_window_ms`. */
export const unauthenticated_per_address = 100

/** The most events of one type that all callers of a tenant cause in `unauthenticated_window_ms`. */
export const unauthenticated_per_tenant = 10_000

/** Ten minutes; a window begins with its first event. */
export const unauthenticated_window_ms = 600_000

const windows_max = 20_000

/**
 * Records the events of requests that failed before the caller was authenticated, such as a refused sign-up. Any caller can send any
 * number of them, so they are bounded per tenant, type and address, in each process; one event sums up those beyond the bound.
 */
export type UnauthenticatedEvents = {
  /** @returns whether the event was recorded; false where it is only counted in a sum */
  record(tenant_id: string, event: NewLogEvent & { caller: Caller }): Promise<boolean>
  /** Records the sums of all windows now. */
  flush(): Promise<void>
}

type Window = {
  key: string
  tenant_id: string
  type: LogType
  /** Undefined in the window of all callers of a tenant. */
  caller: Caller | undefined
  started_at: number
  recorded: number
  omitted: number
}

/** Creates the bound. A window's sum is recorded when it ends, and also when too many addresses are counted at once. */
export function createUnauthenticatedEvents({
  db,
  clock,
  background,
}: {
  db: Db
  clock: Clock
  background: Background
}): UnauthenticatedEvents {
  const windows = new LRUCache<string, Window>({ max: windows_max, dispose: close })

  async function sumUp({ tenant_id, type, caller, started_at, omitted }: Window): Promise<void> {
    const since = new Date(started_at).toISOString()
    const of_whom = caller === undefined ? 'of this tenant' : 'from this address'
    await recordEvent(db, tenant_id, clock.now(), {
      type,
      description: `${omitted} more events of this type ${of_whom} were left out in the ten minutes after ${since}.`,
      details: { omitted },
      ...(caller === undefined ? {} : { caller: { ...caller, user_agent: '' } }),
    })
  }

  function close(window: Window): void {
    if (window.omitted > 0) background.run('sum up log events', () => sumUp(window))
  }

  function windowOf(tenant_id: string, type: LogType, caller: Caller | undefined): Window {
    const key = JSON.stringify([tenant_id, type, caller && countedAddress(caller.ip)])
    const now = clock.now()
    const open = windows.get(key)
    // The age is negative after the clock was set back.
    if (open && now >= open.started_at && now < open.started_at + unauthenticated_window_ms) return open
    const window = { key, tenant_id, type, caller, started_at: now, recorded: 0, omitted: 0 }
    windows.set(key, window)
    return window
  }

  function omit(window: Window): false {
    window.omitted += 1
    if (window.omitted > 1) return false
    const left_ms = Math.max(0, window.started_at + unauthenticated_window_ms - clock.now())
    setTimeout(() => {
      if (windows.peek(window.key) === window) windows.delete(window.key)
    }, left_ms).unref()
    return false
  }

  return {
    async record(tenant_id, event) {
      const of_address = windowOf(tenant_id, event.type, event.caller)
      if (of_address.recorded >= unauthenticated_per_address) return omit(of_address)
      const of_tenant = windowOf(tenant_id, event.type, undefined)
      if (of_tenant.recorded >= unauthenticated_per_tenant) return omit(of_tenant)
      of_address.recorded += 1
      of_tenant.recorded += 1
      await recordEvent(db, tenant_id, clock.now(), event)
      return true
    },
    async flush() {
      windows.clear()
      await background.drained()
    },
  }
}
