import type { Answer } from '../client/contract-types'

type FirstSteps = Answer<'getFirstSteps'>

/** The steps to the first user who moves, in their order. */
export const step_names = [
  'application',
  'connection',
  'own_database',
  'scripts',
  'parameters',
  'try',
  'import',
  'enable',
  'login',
] as const
/** A step to the first user who moves. */
export type StepName = (typeof step_names)[number]

/** `next`: the first that is not done; `later`: the others. */
export type StepState = 'done' | 'next' | 'later'

/** What is done: everything once a user has moved. `missing_parameters` is undefined while it is unknown. */
function isDone({ connection, has_application, moved }: FirstSteps, missing_parameters: number | undefined) {
  if (moved > 0) return Object.fromEntries(step_names.map((name) => [name, true])) as Record<StepName, boolean>
  const has_script = connection?.has_login_script === true
  const is_importing = connection?.mode === 'import'
  const was_called = connection?.was_called === true
  return {
    application: has_application,
    connection: connection !== undefined,
    own_database: connection !== undefined && connection.mode !== 'local',
    scripts: has_script,
    parameters: has_script && missing_parameters === 0,
    // A try leaves no trace: it counts as done when people log in by the script, or may.
    try: has_script && (is_importing || was_called),
    import: is_importing,
    enable: connection?.has_application === true,
    login: false,
  } satisfies Record<StepName, boolean>
}

/** The state of each step. */
export function stepStates(steps: FirstSteps, missing_parameters: number | undefined): Record<StepName, StepState> {
  const done = isDone(steps, missing_parameters)
  const next = step_names.find((name) => !done[name])
  return Object.fromEntries(
    step_names.map((name) => [name, done[name] ? 'done' : name === next ? 'next' : 'later']),
  ) as Record<StepName, StepState>
}
