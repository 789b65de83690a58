import { Accordion, Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { Section } from '../ui/section'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'
import { LoadCounts, type DirectoryLoad } from './load-counts'

const tones: Record<DirectoryLoad['state'], Tone> = {
  reading: 'info',
  waiting_for_confirmation: 'warning',
  applying: 'info',
  applied: 'good',
  failed: 'bad',
  canceled: 'neutral',
}

/** The last loads, the newest first: what each changed, and why one failed. */
export function LoadHistory({
  loads,
  can_load,
}: {
  loads: readonly DirectoryLoad[]
  /** Whether a load can be started. */
  can_load: boolean
}): ReactElement {
  const t = useMessages().directory
  if (loads.length === 0) return <EmptyState title={t.noLoads} {...(can_load ? { hint: t.noLoadsHint } : {})} />
  return (
    <Section title={t.history} hint={t.historyHint}>
      <Accordion variant="separated" multiple>
        {loads.map((load) => (
          <Accordion.Item key={load.load_id} value={load.load_id}>
            <Accordion.Control>
              <Group gap="xs">
                <StateBadge tone={tones[load.state]}>{t.states[load.state]}</StateBadge>
                <Text size="sm" span>
                  <Time value={load.created_at} is_relative />
                </Text>
                {/* Nothing of the others came into the directory. */}
                {load.state !== 'failed' && load.state !== 'canceled' && (
                  <Text size="sm" c="dimmed" span>
                    {t.delta(load.counts)}
                  </Text>
                )}
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Text size="sm">
                {t.sources[load.source]}
                {load.format === undefined ? '' : `, ${t.formats[load.format]}`}
              </Text>
              {load.state === 'failed' && load.message !== undefined && (
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {load.message}
                </Text>
              )}
              <LoadCounts load={load} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Section>
  )
}
