import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'

/** What generated scripts need of their connection before they can be tried. `configuration`: values by name. */
export type ScriptNeeds = Pick<Answer<'generateScripts'>, 'egress' | 'options'> & {
  configuration: Record<string, string>
}

/** Saves what generated scripts need: parameters, allowed destinations, and options that the connection does not have. */
export function useSaveNeeds({ id, options: present }: Answer<'getConnection'>): (needs: ScriptNeeds) => Promise<void> {
  const configure = useCall('updateConfiguration')
  const allow = useCall('setEgress')
  const change = useCall('updateConnectionSettings')
  return async ({ configuration, egress, options }) => {
    if (Object.keys(configuration).length > 0) await configure.mutateAsync({ id, body: { configuration } })
    if (egress.length > 0) {
      const allowed = [...new Set([...(present.egress?.allow ?? []), ...egress])]
      await allow.mutateAsync({ id, body: { mode: 'allow_list', allow: allowed } })
    }
    // The namespace stays where there is one: the ids of users who have moved contain it.
    const { id_namespace, password_normalization } = options
    const added = {
      ...(present.id_namespace === undefined ? { id_namespace } : {}),
      ...(password_normalization === undefined ? {} : { password_normalization }),
    }
    if (Object.keys(added).length > 0) await change.mutateAsync({ id, body: { options: added } })
  }
}
