import { Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { StateBadge, type Tone } from '../ui/state-badge'
import styles from './step-list.module.css'
import { step_names, type StepName, type StepState } from './steps'

type Connection = Answer<'getFirstSteps'>['connection']

const tones: Record<Exclude<StepState, 'later'>, Tone> = { done: 'good', next: 'info' }

/** Where each step is done, below the address of the tenant; undefined where there is nothing to open yet. */
function pathOf(step: StepName, connection: Connection): string | undefined {
  if (step === 'application') return 'applications'
  if (step === 'connection') return 'connections'
  if (!connection) return undefined
  const id = encodeURIComponent(connection.id)
  if (step === 'enable') return `connections/${id}/applications`
  return step === 'login' ? `migration/${id}` : `connections/${id}/custom-database`
}

/** The steps with their states, each with the link to where it is done. */
export function StepList({
  states,
  connection,
  missing,
}: {
  states: Record<StepName, StepState>
  connection: Connection
  /** Parameters that are not set; undefined while their number is unknown. */
  missing: number | undefined
}): ReactElement {
  const t = useMessages().getStarted
  const { tenant_id } = useTenant()
  return (
    <Stack gap="xs" component="ol" className={styles.steps} aria-label={t.steps}>
      {step_names.map((name, index) => {
        const state = states[name]
        const path = pathOf(name, connection)
        const { title, text, action } = t.step[name]
        return (
          <Paper
            key={name}
            component="li"
            withBorder
            p="sm"
            className={styles.step}
            aria-current={state === 'next' ? 'step' : undefined}
          >
            <Group justify="space-between" gap="xs" align="flex-start">
              <div className={styles.words}>
                <Text fw={600}>
                  {index + 1}. {title}
                </Text>
                {state !== 'done' && <Text size="sm">{text}</Text>}
                {name === 'parameters' && state !== 'done' && missing !== undefined && missing > 0 && (
                  <Text size="sm">{t.missing(missing)}</Text>
                )}
              </div>
              <Group gap="sm">
                {path !== undefined && state !== 'later' && <Link to={`/t/${tenant_id}/${path}` as '/'}>{action}</Link>}
                {state !== 'later' && <StateBadge tone={tones[state]}>{t.states[state]}</StateBadge>}
              </Group>
            </Group>
          </Paper>
        )
      })}
    </Stack>
  )
}
