import { Alert, Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { FinishStep } from '../../../src/contract/finish-steps.ts'
import type { Input } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import type { FinishState } from './finish-page'

const unit_s = { minutes: 60, hours: 3600, days: 86_400 } as const
type Unit = keyof typeof unit_s
const units = Object.keys(unit_s) as Unit[]
const numbers = ['latecomers', 'unknown_identifiers', 'other_programs'] as const

type Watch = { length: number | string; unit: Unit; accept: Record<(typeof numbers)[number], number | string> }
type Body = Input<'startFinishStep'>['body']

/** What was typed about a watch, as members of the request: an accepted number that is empty or unchanged is left out. */
function watchMembers({ length, unit, accept }: Watch, { accepted }: FinishState): Partial<Body> {
  const changed = numbers.flatMap((name) =>
    typeof accept[name] === 'number' && accept[name] !== accepted?.[name] ? [[name, accept[name]] as const] : [],
  )
  return {
    ...(typeof length === 'number' ? { duration_s: Math.round(length * unit_s[unit]) } : {}),
    ...(changed.length > 0 ? { accept: Object.fromEntries(changed) } : {}),
  }
}

/** Asks before a step: says what it does and what can no longer be undone, and takes the name of the connection. */
export function StartStep({
  connection_id,
  finish,
  step,
  onClose,
}: {
  connection_id: string
  finish: FinishState
  step: FinishStep
  onClose: () => void
}): ReactElement {
  const t = useMessages().finish
  const text = finish.steps.find((each) => each.step === step)
  const preflight = useRead('getPreflight', { connection_id, counts: 'kept' })
  const not_moved = preflight.data?.reasons.find(({ reason }) => reason === 'not_moved')?.count ?? 0
  const start = useCall('startFinishStep', { also: ['connections', 'jobs'] })
  const [watch, setWatch] = useState<Watch>({
    length: 7,
    unit: 'days',
    accept: {
      latecomers: finish.accepted?.latecomers ?? '',
      unknown_identifiers: finish.accepted?.unknown_identifiers ?? '',
      other_programs: finish.accepted?.other_programs ?? '',
    },
  })
  const confirm = (): void =>
    start.mutate(
      {
        connection_id,
        body: { step, confirm: finish.connection, ...(step === 'watch' ? watchMembers(watch, finish) : {}) },
      },
      {
        onSuccess: () => {
          onClose()
          notify(t.started(t.stepNames[step]))
        },
      },
    )
  return (
    <ConfirmDialog
      is_open
      onClose={onClose}
      title={t.startTitle(t.stepNames[step])}
      action={t.startAction}
      name={finish.connection}
      is_busy={start.isPending}
      error={start.error}
      onConfirm={confirm}
    >
      <Stack gap="sm">
        <Text>{text && t.stepDoes(text)}</Text>
        <Text fw={600}>{text && t.stepUndo(text)}</Text>
        {not_moved > 0 && <Alert color="red" variant="light" title={t.reasons.not_moved(not_moved)} />}
        {step === 'watch' && <WatchFields watch={watch} onChange={setWatch} />}
      </Stack>
    </ConfirmDialog>
  )
}

function WatchFields({ watch, onChange }: { watch: Watch; onChange: (watch: Watch) => void }): ReactElement {
  const t = useMessages().finish
  return (
    <>
      <Group align="flex-end" wrap="nowrap">
        <NumberInput
          label={t.watchLength}
          min={1}
          value={watch.length}
          onChange={(length) => onChange({ ...watch, length })}
        />
        <Select
          label={t.watchUnit}
          data={units.map((unit) => ({ value: unit, label: t.units[unit] }))}
          value={watch.unit}
          allowDeselect={false}
          onChange={(unit) => onChange({ ...watch, unit: unit as Unit })}
        />
      </Group>
      {numbers.map((name) => (
        <NumberInput
          key={name}
          label={t.accept[name]}
          description={t.acceptHint[name]}
          min={0}
          allowDecimal={false}
          value={watch.accept[name]}
          onChange={(value) => onChange({ ...watch, accept: { ...watch.accept, [name]: value } })}
        />
      ))}
    </>
  )
}
