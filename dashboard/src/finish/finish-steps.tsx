import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { FinishStep } from '../../../src/contract/finish-steps.ts'
import { useMessages } from '../messages/use-messages'
import { Permission } from '../ui/permission'
import { Section } from '../ui/section'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'
import type { FinishState } from './finish-page'
import { StartStep } from './start-step'

type StepText = FinishState['steps'][number]
type State = NonNullable<FinishState['state']> | 'open'

const tones: Record<State, Tone> = {
  open: 'neutral',
  running: 'info',
  done: 'good',
  exceeded: 'warning',
  failed: 'bad',
}

/** How far a step is: those before the last that was started are done. */
function stateOfStep({ step, state, steps }: FinishState, of: FinishStep): State {
  const at = steps.findIndex((each) => each.step === of)
  const current = steps.findIndex((each) => each.step === step)
  if (at === current) return state ?? 'open'
  return at < current ? 'done' : 'open'
}

/** All steps in their order: what each does and how it is undone, how far it is, and the button of the next. */
export function FinishSteps({ connection_id, finish }: { connection_id: string; finish: FinishState }): ReactElement {
  const t = useMessages().finish
  const [starting, setStarting] = useState<FinishStep>()
  return (
    <Section title={t.steps} hint={finish.step === finish.steps.at(-1)?.step ? undefined : t.stepsHint}>
      <ol style={{ margin: 0, paddingLeft: '1.25rem' }}>
        {finish.steps.map((text) => (
          <li key={text.step} aria-current={finish.step === text.step ? 'step' : undefined}>
            <Step text={text} finish={finish} onStart={() => setStarting(text.step)} />
          </li>
        ))}
      </ol>
      {starting && (
        <StartStep
          connection_id={connection_id}
          finish={finish}
          step={starting}
          onClose={() => setStarting(undefined)}
        />
      )}
    </Section>
  )
}

function Step({ text, finish, onStart }: { text: StepText; finish: FinishState; onStart: () => void }): ReactElement {
  const t = useMessages().finish
  const { step } = text
  const state = stateOfStep(finish, step)
  const is_current = finish.step === step
  const is_next = finish.next === step
  // A watch can be ended early and begun anew, with other numbers.
  const is_repeat = step === 'watch' && is_current && !is_next
  return (
    <Stack gap={4} mb="md">
      <Group gap="xs">
        <Title order={3} size="h5">
          {t.stepNames[step]}
        </Title>
        <StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>
        {is_current && finish.step_started_at !== undefined && (
          <Text size="sm" c="dimmed">
            <Time value={finish.step_ended_at ?? finish.step_started_at} is_relative />
          </Text>
        )}
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t.stepDoes(text)}
      </Text>
      <Text size="sm" c="dimmed">
        {t.stepUndo(text)}
      </Text>
      {is_current && finish.error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
          {finish.error}
        </Text>
      )}
      {(is_next || is_repeat) && (
        <Group>
          <Permission call="startFinishStep">
            <Button
              variant={is_next ? 'filled' : 'default'}
              {...(step === 'disconnect' ? { color: 'red' } : {})}
              onClick={onStart}
              h="auto"
              mih={36}
              py={6}
              styles={{ label: { whiteSpace: 'normal' } }}
            >
              {is_current ? t.startAgain(t.stepNames[step]) : t.start(t.stepNames[step])}
            </Button>
          </Permission>
        </Group>
      )}
    </Stack>
  )
}
