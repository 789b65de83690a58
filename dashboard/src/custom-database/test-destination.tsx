import { Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Permission } from '../ui/permission'
import { problemText } from '../ui/problem-text'
import { AllowEntries } from './try-result'

/** Tests a destination as scripts would reach it, and shows how that ended. `is_at_once`: without a button. */
export function TestDestination({
  connection_id,
  destination,
  is_at_once = false,
}: {
  connection_id: string
  destination: string
  is_at_once?: boolean
}): ReactElement {
  const t = useMessages().custom_database
  const test = useCall('testDestination')
  const { mutate } = test
  useEffect(() => {
    if (is_at_once) mutate({ id: connection_id, body: { destination } })
  }, [is_at_once, mutate, connection_id, destination])
  return (
    <Group gap="xs">
      {!is_at_once && (
        <Permission call="testDestination">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${t.testDestination}: ${destination}`}
            loading={test.isPending}
            onClick={() => mutate({ id: connection_id, body: { destination } })}
          >
            {t.testDestination}
          </Button>
        </Permission>
      )}
      <div role="status">
        {test.isPending && <Text size="sm">{t.testing}</Text>}
        {test.error && (
          <Text size="sm">
            {t.notTested}: {problemText(test.error)}
          </Text>
        )}
        {test.data && !test.isPending && <Tested connection_id={connection_id} answer={test.data} />}
      </div>
    </Group>
  )
}

function Tested({
  connection_id,
  answer: { is_reachable, duration_ms, from_address, error },
}: {
  connection_id: string
  answer: Answer<'testDestination'>
}): ReactElement {
  const t = useMessages().custom_database
  if (is_reachable)
    return (
      <Text size="sm">
        {from_address === undefined ? t.reachableUnknown(duration_ms) : t.reachable(duration_ms, from_address)}
      </Text>
    )
  return (
    <Stack gap="xs">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t.notReachable(duration_ms, error?.message ?? '')}
      </Text>
      <AllowEntries connection_id={connection_id} entries={error?.entries ?? []} />
    </Stack>
  )
}
