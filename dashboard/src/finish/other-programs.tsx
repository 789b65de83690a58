import { Alert, Button, Group, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { alert_styles } from '../ui/alert-styles'
import { CopyText } from '../ui/copy-text'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'

type Activity = Answer<'getLegacyActivity'>

const read_every_ms = 10_000
const durations = ['600', '3600', '86400', '604800'] as const

/** Which other programs still use the legacy store: starts a sampling, and shows what it finds. */
export function OtherPrograms({
  connection_id,
  is_sampled,
}: {
  connection_id: string
  /** Whether a sampling is known to be there: then it is shown at once. */
  is_sampled: boolean
}): ReactElement {
  const t = useMessages().finish
  const [is_asked, setIsAsked] = useState(false)
  const enabled = is_asked || is_sampled
  const { data, error, refetch } = useRead('getLegacyActivity', { connection_id }, { every_ms: read_every_ms, enabled })
  const is_missing = error?.code === 'inexistent_legacy_activity'
  return (
    <div id="other-programs">
      <Section title={t.programs} hint={t.programsHint}>
        {error && !is_missing && <Problem error={error} onRetry={() => void refetch()} />}
        {enabled && !data && !error && <Skeleton height={60} />}
        {is_missing && <Text>{t.noSampling}</Text>}
        {data && <Sampled activity={data} />}
        {data?.state !== 'sampling' && (
          <StartSampling connection_id={connection_id} onStart={() => setIsAsked(true)}>
            {!enabled && (
              <Button variant="default" onClick={() => setIsAsked(true)}>
                {t.showSampling}
              </Button>
            )}
          </StartSampling>
        )}
      </Section>
    </div>
  )
}

function StartSampling({
  connection_id,
  onStart,
  children,
}: {
  connection_id: string
  onStart: () => void
  children: ReactNode
}): ReactElement {
  const t = useMessages().finish
  const [duration, setDuration] = useState<string>('3600')
  const start = useCall('startLegacyActivity', { also: ['jobs'] })
  return (
    <>
      {start.error && <Problem error={start.error} title={t.notSampled} />}
      <Group align="flex-end">
        <Select
          label={t.samplingLength}
          data={durations.map((value) => ({ value, label: t.durations[value] }))}
          value={duration}
          allowDeselect={false}
          onChange={(value) => setDuration(value ?? '3600')}
        />
        <Permission call="startLegacyActivity">
          <Button
            variant="default"
            loading={start.isPending}
            onClick={() =>
              start.mutate(
                { connection_id, body: { duration_s: Number(duration) } },
                {
                  onSuccess: () => {
                    onStart()
                    notify(t.samplingStarted)
                  },
                },
              )
            }
          >
            {t.startSampling}
          </Button>
        </Permission>
        {children}
      </Group>
    </>
  )
}

function Sampled({ activity }: { activity: Activity }): ReactElement {
  const t = useMessages()
  const texts = t.finish
  const { state, samples, failed_samples, last_error, missing_grant, has_program_names, is_cut, programs } = activity
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StateBadge tone={state === 'sampling' ? 'info' : 'neutral'}>{texts.sampling[state]}</StateBadge>
        <Text size="sm">
          {texts.samples(samples, failed_samples)} {state === 'sampling' ? texts.endsAt : texts.endedAt}{' '}
          <Time value={activity.ends_at} is_relative />
        </Text>
      </Group>
      {failed_samples > 0 && last_error !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
          {last_error}
        </Text>
      )}
      {missing_grant !== undefined && (
        <Alert color="yellow" variant="light" styles={alert_styles} title={texts.missingGrant}>
          <CopyText text={missing_grant} label={texts.missingGrant} />
        </Alert>
      )}
      {!has_program_names && <Text size="sm">{texts.noNames}</Text>}
      {is_cut && <Text size="sm">{texts.cut}</Text>}
      {samples > 0 && programs.length === 0 && <Text>{texts.noPrograms}</Text>}
      {programs.length > 0 && (
        <DataTable
          label={texts.programs}
          head={[texts.program, texts.databaseUser, texts.host, texts.database, texts.sessions, texts.lastSeen]}
          rows={programs.map((program) => [
            program.program === '' ? texts.unnamed : program.program,
            program.is_own_user ? texts.ownUser(program.user) : program.user,
            program.host === '' ? texts.sameHost : program.host,
            program.database,
            t.ui.number(program.sessions_max),
            <Time key="seen" value={program.last_seen_at} is_relative />,
          ])}
        />
      )}
    </Stack>
  )
}
