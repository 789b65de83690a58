import type { ActionTrigger } from '../../../src/contract/action.ts'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notifyProblem, notifyUndo } from '../ui/notices'
import type { Status } from './search'
import { trigger_names } from './trigger-samples'

/** An action in short. */
export type ActionSummary = Answer<'summarizeActions'>['actions'][number]

/** All actions of the tenant in short. */
export const useActions = () => useRead('summarizeActions', {})

/** The trigger of this name; undefined where there is none. */
export const triggerOf = (name: string): ActionTrigger | undefined => trigger_names.find((one) => one === name)

/** How far an action is on its way into logins. */
export function statusOf({ deployed_version, all_changes_deployed, position }: ActionSummary): Status {
  if (deployed_version === null) return 'never_deployed'
  if (position === null) return 'unbound'
  return all_changes_deployed ? 'running' : 'changed'
}

/** The actions that a trigger runs, in order. */
export const boundTo = (trigger: string, actions: readonly ActionSummary[]): ActionSummary[] =>
  actions.filter(({ trigger_id, position }) => trigger_id === trigger && position !== null)

/** Sets which actions a trigger runs, in their order. What was there before can be brought back. */
export function useSetBindings(trigger: ActionTrigger): {
  is_busy: boolean
  set: (before: readonly ActionSummary[], next: readonly ActionSummary[], text: string) => Promise<void>
} {
  const t = useMessages()
  const not_saved = t.actions.notBound
  const { undo } = t.ui
  const update = useCall('updateActionBindings')
  const save = (actions: readonly ActionSummary[]): Promise<unknown> => {
    const bindings = actions.map(({ id }) => ({ ref: { type: 'action_id' as const, value: id } }))
    return update.mutateAsync({ trigger, body: { bindings } })
  }
  const tell = (error: unknown): void => notifyProblem(not_saved, error)
  return {
    is_busy: update.isPending,
    set: async (before, next, text) =>
      save(next).then(() => void notifyUndo(text, { label: undo, run: () => void save(before).catch(tell) }), tell),
  }
}
