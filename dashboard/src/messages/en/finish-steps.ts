import type { FinishStep } from '../../../../src/contract/finish-steps.ts'

/** The steps of a finish. */
export const finish_steps: Record<FinishStep, string> = {
  no_op: 'Stop asking the legacy store',
  watch: 'Watch who still comes',
  convert: 'Make the connection local',
  disconnect: 'Wipe what is kept of the legacy store',
}
