import { Button, Group, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { GoneLimit, goneLimitOf } from './gone-limit'

/** Loads the directory by the script list_users of the connection. */
export function LoadListing({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().directory
  const [limit, setLimit] = useState<number | string>('')
  const load = useCall('loadDirectory', { also: ['jobs'] })
  return (
    <Section title={t.byScript} hint={t.byScriptHint}>
      <Text size="sm">{t.byScriptText}</Text>
      <GoneLimit value={limit} onChange={setLimit} />
      {load.error && <Problem error={load.error} title={t.notLoaded} />}
      <Group>
        <Permission call="loadDirectory">
          <Button
            variant="default"
            loading={load.isPending}
            onClick={() =>
              load.mutate(
                { connection_id, body: { source: 'list_users', ...goneLimitOf(limit) } },
                { onSuccess: () => notify(t.started) },
              )
            }
          >
            {t.loadByScript}
          </Button>
        </Permission>
      </Group>
    </Section>
  )
}
