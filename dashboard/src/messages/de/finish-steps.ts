import type { FinishStep } from '../../../../src/contract/finish-steps.ts'

/** The steps of a finish. */
export const finish_steps: Record<FinishStep, string> = {
  no_op: 'Das Altsystem nicht mehr fragen',
  watch: 'Beobachten, wer noch kommt',
  convert: 'Die Verbindung lokal machen',
  disconnect: 'Löschen, was vom Altsystem aufbewahrt ist',
}
