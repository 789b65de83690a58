import { Anchor, Group, Skeleton, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { CallButton } from '../ui/call-button'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { SearchField } from '../ui/search-field'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { AttackProtectionFrame } from './attack-protection-frame'

const route = getRouteApi('/t/$tenant_id/attack-protection')
const refresh_ms = 15_000
const skeleton_px = 96

/** Who is locked now: addresses, and the logins of an identifier that is searched for. */
export function LocksPage(): ReactElement {
  return (
    <AttackProtectionFrame>
      <LockedAddresses />
      <LockedLogins />
    </AttackProtectionFrame>
  )
}

/** The events of locks, in the logs, for roles that read them. */
function EventsLink({ type }: { type: 'limit_mu' | 'limit_wc' }): ReactElement | null {
  const t = useMessages().attackProtection
  const can = useCan('listLogs')
  if (!can) return null
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...props} from={route.id} to="../logs" search={{ type }} />}>
      {t.events[type]}
    </Anchor>
  )
}

function LockedAddresses(): ReactElement {
  const t = useMessages().attackProtection
  const { data, error, refetch } = useRead('listAddressBlocks', {}, { every_ms: refresh_ms })
  return (
    <Section title={t.addresses} hint={t.addressesHint} actions={<EventsLink type="limit_mu" />}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={skeleton_px} />}
      {data?.blocked_ips.length === 0 && <Text size="sm">{t.noAddresses}</Text>}
      {data && data.blocked_ips.length > 0 && (
        <>
          <DataTable
            is_stacked
            label={t.addresses}
            head={[t.columns.address, t.columns.until, t.columns.actions]}
            rows={data.blocked_ips.map(({ ip, expires_at }) => [
              ip,
              <Time key="until" value={expires_at} />,
              <UnlockAddress key="actions" ip={ip} />,
            ])}
          />
          {data.blocked_ips.length >= t.listedMax && (
            <Text size="sm" c="dimmed">
              {t.addressesCut}
            </Text>
          )}
        </>
      )}
    </Section>
  )
}

function UnlockAddress({ ip }: { ip: string }): ReactElement {
  const t = useMessages().attackProtection
  return (
    <CallButton
      call="liftAddressBlock"
      input={{ ip: ip.replace(/\/\d+$/, '') }}
      onSuccess={() => notify(t.unlocked(ip))}
      label={t.unlock}
      not_done={t.notUnlocked}
      button={{ size: 'compact-sm', 'aria-label': t.unlockOf(ip) }}
    />
  )
}

function LockedLogins(): ReactElement {
  const t = useMessages().attackProtection
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Section title={t.logins} hint={t.loginsHint} actions={<EventsLink type="limit_wc" />}>
      <SearchField
        label={t.searchLabel}
        value={q}
        onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
      />
      {q === '' ? <Text size="sm">{t.searchHint}</Text> : <LocksOf identifier={q} />}
    </Section>
  )
}

function LocksOf({ identifier }: { identifier: string }): ReactElement {
  const t = useMessages().attackProtection
  const { data, error, refetch } = useRead('listBlocksByIdentifier', { identifier })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={skeleton_px} />
  if (data.blocked_for.length === 0) return <Text size="sm">{t.noLogins(identifier)}</Text>
  return (
    <>
      <DataTable
        is_stacked
        label={t.logins}
        head={[t.columns.login, t.columns.connection, t.columns.address]}
        rows={data.blocked_for.map(({ identifier: name = identifier, connection = '', ip }) => [
          name,
          connection,
          ip ?? t.everyAddress,
        ])}
      />
      <Group>
        <CallButton
          call="liftBlocksByIdentifier"
          input={{ identifier }}
          onSuccess={() => notify(t.unlocked(identifier))}
          label={t.unlockAll}
          not_done={t.notUnlocked}
        />
      </Group>
    </>
  )
}
