import { Button, Group, NumberInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

/** Starts a rehearsal: how fast the legacy store is asked, and about how many users. */
export function StartRehearsal({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().rehearsal
  const [rate, setRate] = useState<number | string>(5)
  const [sample, setSample] = useState<number | string>('')
  const start = useCall('startRehearsal', { also: ['jobs'] })
  const submit = (): void => {
    if (typeof rate !== 'number') return
    const body = { calls_per_second: rate, ...(typeof sample === 'number' ? { sample } : {}) }
    start.mutate({ connection_id, body }, { onSuccess: () => notify(t.started) })
  }
  return (
    <Section title={t.start} hint={t.startHint}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Group align="flex-end">
          <NumberInput label={t.rate} min={0.1} max={1000} value={rate} onChange={setRate} required />
          <NumberInput
            label={t.sample}
            placeholder={t.all}
            min={1}
            allowDecimal={false}
            value={sample}
            onChange={setSample}
          />
          <Permission call="startRehearsal">
            <Button type="submit" loading={start.isPending}>
              {t.startAction}
            </Button>
          </Permission>
        </Group>
      </form>
      {start.error && <Problem error={start.error} title={t.notStarted} />}
    </Section>
  )
}
