import type { Clock } from '../base/clock.ts'
import { secretMask } from '../connections/secret-mask.ts'
import type { ActionTrigger } from '../contract/action.ts'
import { createReadCache } from '../store/read-cache.ts'
import { secretTexts, type ActionSecrets } from './action-secrets.ts'
import { readActions, versionOf, type ReadChainDeps } from './rule-chain.ts'

/** The actions that are bound to a trigger other than `post-login`, in order, with their secrets. All of it is in the clear. */
export type TriggerActions = {
  trigger: ActionTrigger
  source: string
  secrets: ActionSecrets
  /** Another one for other actions or secrets: the sandbox then starts a process with a new `global`. */
  version: number
  /** Masks the secrets in a text. */
  mask(text: string): string
}

/** The actions of a trigger; undefined where none is bound to it. */
export type ReadTriggerActions = (tenant_id: string, trigger: ActionTrigger) => Promise<TriggerActions | undefined>

// An entry holds the code of the actions.
const cached_max = 500

/**
 * Reads the actions that a trigger runs now.
 *
 * @param without the ids of actions that are left out
 */
export async function readTriggerActions(
  deps: ReadChainDeps,
  tenant_id: string,
  trigger: ActionTrigger,
  without: readonly string[] = [],
): Promise<TriggerActions | undefined> {
  const { steps, secrets } = await readActions(deps, tenant_id, trigger)
  const left = steps.filter(({ id }) => !without.includes(id))
  if (left.length === 0) return undefined
  const source = JSON.stringify(left)
  return {
    trigger,
    source,
    secrets,
    version: versionOf([trigger, source, secrets]),
    mask: secretMask(secretTexts(secrets), source),
  }
}

/** Creates the reader for requests, which reads the store at most every `cache_ttl_ms`. */
export function createTriggerReader(deps: ReadChainDeps & { clock: Clock }): ReadTriggerActions {
  const cache = createReadCache<TriggerActions | undefined>(deps, ['actions', 'action_bindings'], { max: cached_max })
  return (tenant_id, trigger) => cache.read([tenant_id, trigger], () => readTriggerActions(deps, tenant_id, trigger))
}
