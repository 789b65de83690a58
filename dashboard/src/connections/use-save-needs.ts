import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'

/** What generated scripts need of their connection before they can be tried. `configuration`: values by name. */
export type ScriptNeeds = Pick<Answer<'generateScripts'>, 'egress' | 'options'> & {
  configuration: Record<string, string>
}

/** What saving the needs of scripts changes of the connection at once. */
export type NeededChanges = {
  /** The names of new parameters. */
  added: string[]
  /** The names of parameters whose values are replaced. The values before are not kept. */
  replaced: string[]
  /** New destinations. */
  allowed: string[]
  /** Whether scripts may then connect to listed destinations only. */
  restricts_network: boolean
  /** Whether another description of what the legacy application does to passwords is replaced. */
  replaces_normalization: boolean
}

/** Whether the changes replace what scripts in use may need. */
export const isReplacing = ({ replaced, replaces_normalization }: NeededChanges): boolean =>
  replaced.length > 0 || replaces_normalization

/**
 * Saves what generated scripts need: parameters, allowed destinations, and options that the connection does not have. The open network of a
 * connection that has scripts stays open. `save` resolves with what takes back all that was added; replaced values do not come back.
 */
export function useSaveNeeds({ id, options: present }: Answer<'getConnection'>): {
  /** Undefined until the parameters of the connection are read. */
  changesOf: ((needs: ScriptNeeds) => NeededChanges) | undefined
  save: (needs: ScriptNeeds) => Promise<() => Promise<void>>
} {
  const configure = useCall('updateConfiguration')
  const allow = useCall('setEgress')
  const change = useCall('updateConnectionSettings')
  const saved = useRead('listConfiguration', { id }).data?.values
  const { mode = 'open', allow: allowed_before = [] } = present.egress ?? {}
  const has_scripts = Object.values(present.customScripts ?? {}).some((source) => typeof source === 'string')
  const isSaved = (name: string): boolean => saved?.some((value) => value.name === name) === true

  const changesOf = ({ configuration, egress, options: { password_normalization: habits } }: ScriptNeeds) => {
    const names = Object.keys(configuration)
    const { password_normalization: habits_before } = present
    const allowed = egress.filter((entry) => !allowed_before.includes(entry))
    return {
      added: names.filter((name) => !isSaved(name)),
      replaced: names.filter(isSaved),
      allowed,
      restricts_network: egress.length > 0 && mode === 'open' && !has_scripts,
      replaces_normalization:
        habits !== undefined && habits_before !== undefined && JSON.stringify(habits) !== JSON.stringify(habits_before),
    }
  }

  const save = async (needs: ScriptNeeds): Promise<() => Promise<void>> => {
    const { configuration, options } = needs
    const { added, allowed, restricts_network } = changesOf(needs)
    const steps: (() => Promise<unknown>)[] = []
    const undo = async (): Promise<void> => {
      for (const step of steps.splice(0).toReversed()) await step()
    }
    try {
      if (Object.keys(configuration).length > 0) {
        await configure.mutateAsync({ id, body: { configuration } })
        const removed = Object.fromEntries(added.map((name) => [name, null]))
        if (added.length > 0) steps.push(() => configure.mutateAsync({ id, body: { configuration: removed } }))
      }
      if (allowed.length > 0 || restricts_network) {
        const body = {
          mode: restricts_network ? ('allow_list' as const) : mode,
          allow: [...allowed_before, ...allowed],
        }
        await allow.mutateAsync({ id, body })
        steps.push(() => allow.mutateAsync({ id, body: { mode, allow: allowed_before } }))
      }
      // The namespace stays where there is one: the ids of users who have moved contain it.
      const { id_namespace, password_normalization } = options
      const changed = {
        ...(present.id_namespace === undefined ? { id_namespace } : {}),
        ...(password_normalization === undefined ? {} : { password_normalization }),
      }
      if (Object.keys(changed).length > 0) {
        await change.mutateAsync({ id, body: { options: changed } })
        const before = Object.fromEntries(Object.keys(changed).map((name) => [name, valueBefore(present, name)]))
        steps.push(() => change.mutateAsync({ id, body: { options: before } }))
      }
      return undo
    } catch (error) {
      await undo()
      throw error
    }
  }
  return { changesOf: saved && changesOf, save }
}

const valueBefore = (options: Answer<'getConnection'>['options'], name: string): unknown =>
  (options as Record<string, unknown>)[name] ?? null
