import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { useTenant } from '../session/use-session'
import { ConfirmButton, red } from '../ui/confirm-button'
import { CopyText } from '../ui/copy-text'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'

type Key = Item<'listSigningKeys'>

const states = ['current', 'next', 'previous', 'revoked'] as const
type State = (typeof states)[number]

const tones: Record<State, Tone> = { current: 'good', next: 'info', previous: 'neutral', revoked: 'bad' }

const stateOf = (key: Key): State => states.find((state) => key[state] === true) ?? 'previous'
/** The time at which the key came into its state; undefined for the next one, which has no such time. */
const sinceOf = (key: Key): string | undefined => key.revoked_at ?? key.current_until ?? key.current_since

// Enough to tell two keys apart, and short enough to be typed.
const typed_length = 8

/** The keys that sign tokens: their states, their certificates, rotation and revocation. */
export function SigningKeysPage(): ReactElement {
  const t = useMessages().tenant
  const { issuer } = useTenant()
  const { data, error, refetch } = useRead('listSigningKeys')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  return (
    <Stack gap="lg">
      <Section title={t.keys} hint={t.keysHint} actions={<Rotate />}>
        <DataTable
          is_stacked
          label={t.keys}
          head={[t.keyColumns.key, t.keyColumns.state, t.keyColumns.since, t.keyColumns.actions]}
          rows={data.map((key) => rowOf(key, t))}
        />
      </Section>
      <Section title={t.published} hint={t.publishedHint}>
        <CopyText text={`${issuer}.well-known/jwks.json`} label={t.published} />
      </Section>
    </Stack>
  )
}

function rowOf(key: Key, t: ReturnType<typeof useMessages>['tenant']): ReactElement[] {
  const state = stateOf(key)
  const since = sinceOf(key)
  return [
    <Stack key="key" gap={0} miw={{ base: 0, sm: 180 }}>
      <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {key.kid}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t.fingerprint(key.fingerprint)}
      </Text>
    </Stack>,
    <Stack key="state" gap={2} miw={{ base: 0, sm: 180 }}>
      <StateBadge tone={tones[state]}>{t.keyStates[state].name}</StateBadge>
      <Text size="xs" c="dimmed">
        {t.keyStates[state].hint}
      </Text>
    </Stack>,
    since === undefined ? <span key="since">–</span> : <Time key="since" value={since} is_relative />,
    <Group key="actions" gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t.certificateOf(key.kid)}
        onClick={() => saveText(`${key.kid}.pem`, key.cert)}
      >
        {t.certificate}
      </Button>
      {state !== 'revoked' && <Revoke signing_key={key} state={state} />}
    </Group>,
  ]
}

/** Saves a text as a file. */
function saveText(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

function Rotate(): ReactElement {
  const t = useMessages().tenant
  return (
    <ConfirmButton
      call="rotateSigningKey"
      input={{}}
      onSuccess={() => notify(t.rotated)}
      label={t.rotate}
      title={t.rotateTitle}
    >
      {t.rotateText}
    </ConfirmButton>
  )
}

function Revoke({ signing_key: { kid }, state }: { signing_key: Key; state: Exclude<State, 'revoked'> }): ReactElement {
  const t = useMessages().tenant
  return (
    <ConfirmButton
      call="revokeSigningKey"
      input={{ kid }}
      onSuccess={() => notify(t.revoked)}
      label={t.revoke}
      title={t.revokeTitle}
      name={kid.slice(0, typed_length)}
      button={{ ...red, size: 'compact-sm', 'aria-label': t.revokeOf(kid) }}
    >
      {t.revokeTexts[state]}
    </ConfirmButton>
  )
}
