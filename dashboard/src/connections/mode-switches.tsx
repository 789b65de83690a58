import { featurePlans, plans } from 'virtual:contract'
import { Alert, Button, Group, Modal, Paper, Stack, Switch, Text, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { modeOf, type ConnectionMode } from './connection-mode'

type Connection = Answer<'getConnection'>
type SwitchName = 'enabledDatabaseCustomization' | 'import_mode'

/** The mode after a switch was set. Without the scripts there is no store to import from. */
function modeAfter(connection: Connection, name: SwitchName, is_on: boolean): ConnectionMode {
  const options: Connection['options'] = { ...connection.options, [name]: is_on }
  return modeOf({ options })
}

/** The plan that a mode needs, where the tenant's does not include it. */
function planNeeded(plan: string, mode: ConnectionMode): string | undefined {
  if (mode === 'local') return undefined
  const needed = mode === 'import' ? featurePlans.import_mode : featurePlans.legacy_mode
  return plans.indexOf(plan) >= plans.indexOf(needed) ? undefined : needed
}

/**
 * "Use my own database" and "Import users". Each says who decides about a login now and after the change, and for how many people, before
 * anything is changed.
 */
export function ModeSwitches({ connection }: { connection: Connection }): ReactElement {
  const t = useMessages().connections
  const mode = modeOf(connection)
  const [asked, setAsked] = useState<SwitchName>()
  const toggle = (name: SwitchName): ReactElement => (
    <Permission call="updateConnectionSettings">
      <Switch
        label={t.modeSwitches[name].label}
        description={t.modeSwitches[name].hint}
        checked={connection.options[name] === true}
        disabled={name === 'import_mode' && mode === 'local'}
        onChange={() => setAsked(name)}
      />
    </Permission>
  )
  return (
    <Paper withBorder p="md" component="section" aria-label={t.whoDecides}>
      <Stack>
        <Title order={2} size="h4">
          {t.whoDecides}
        </Title>
        <Text>{t.decides[mode]}</Text>
        {toggle('enabledDatabaseCustomization')}
        {toggle('import_mode')}
      </Stack>
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked && t.modeSwitches[asked].label}
      >
        {asked && <ChangeOfMode connection={connection} name={asked} onClose={() => setAsked(undefined)} />}
      </Modal>
    </Paper>
  )
}

function ChangeOfMode({
  connection,
  name,
  onClose,
}: {
  connection: Connection
  name: SwitchName
  onClose: () => void
}): ReactElement {
  const t = useMessages()
  const texts = t.connections
  const { plan } = useTenant()
  const is_on = connection.options[name] !== true
  const [now, next] = [modeOf(connection), modeAfter(connection, name, is_on)]
  const migration = useRead('getMigration', { connection_id: connection.id, days: 1 })
  const update = useCall('updateConnectionSettings', { also: ['migrations'] })
  const needed = planNeeded(plan, next)
  const save = (): void =>
    update.mutate(
      { id: connection.id, body: { options: { [name]: is_on } } },
      {
        onSuccess: () => {
          notify(t.ui.saved)
          onClose()
        },
      },
    )
  const { data } = migration
  const refusal =
    needed === undefined
      ? data && refusalOf(texts, { now, next, users: data.users, moved: data.states.migrated })
      : texts.planNeeded(needed)
  return (
    <Stack>
      <Text>
        <b>{texts.now}</b> {texts.decides[now]}
      </Text>
      <Text>
        <b>{texts.after}</b> {texts.decides[next]}
      </Text>
      {migration.error && <Problem error={migration.error} onRetry={() => void migration.refetch()} />}
      {data && refusal === undefined && <Alert variant="light">{texts.effects(now, next, data.users)}</Alert>}
      {refusal !== undefined && (
        <Alert color="yellow" variant="light" role="alert">
          {refusal}
        </Alert>
      )}
      {update.error !== null && <Problem error={update.error} title={t.ui.notSaved} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t.ui.cancel}
        </Button>
        <Button disabled={!data || refusal !== undefined} loading={update.isPending} onClick={save}>
          {texts.changeIt}
        </Button>
      </Group>
    </Stack>
  )
}

type Change = { now: ConnectionMode; next: ConnectionMode; users: number; moved: number }

/** Why the server would refuse a change of the mode; undefined where it would not. */
function refusalOf(
  t: ReturnType<typeof useMessages>['connections'],
  { now, next, users, moved }: Change,
): string | undefined {
  if ((now === 'local') !== (next === 'local') && users > 0) return t.hasUsers(users)
  if (now === 'import' && next !== 'import' && moved > 0) return t.hasMoved(moved)
  return undefined
}
