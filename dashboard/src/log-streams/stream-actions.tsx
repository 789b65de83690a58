import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CallButton } from '../ui/call-button'
import { ConfirmButton } from '../ui/confirm-button'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { SigningSecret } from './signing-secret'

type Stream = Answer<'getLogStream'>

/** Posts a test event, pauses and resumes a stream, and replaces its signing secret. */
export function StreamActions({ stream }: { stream: Stream }): ReactElement {
  const t = useMessages().logStreams
  const test = useCall('testLogStream')
  const [secret, setSecret] = useState<string>()
  const { data: tested } = test
  return (
    <Stack>
      <Group>
        <Permission call="testLogStream">
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate({ id: stream.id })}>
            {t.test}
          </Button>
        </Permission>
        <PauseButton stream={stream} />
        <ConfirmButton
          call="rotateLogStreamSecret"
          input={{ id: stream.id }}
          onSuccess={({ signing_secret }) => setSecret(signing_secret)}
          label={t.rotate}
        >
          {t.rotateText}
        </ConfirmButton>
      </Group>
      {test.error && <Problem error={test.error} title={t.notTested} />}
      {tested && !test.isPending && (
        <Alert
          variant="light"
          color={tested.is_delivered ? 'teal' : 'red'}
          role="status"
          title={tested.is_delivered ? t.testDelivered(tested.duration_ms) : t.testFailed(tested.duration_ms)}
        >
          {tested.error}
        </Alert>
      )}
      {secret !== undefined && <SigningSecret secret={secret} />}
    </Stack>
  )
}

function PauseButton({ stream: { id, status } }: { stream: Stream }): ReactElement {
  const t = useMessages().logStreams
  const is_active = status === 'active'
  return (
    <CallButton
      call="updateLogStream"
      input={{ id, body: { status: is_active ? 'paused' : 'active' } }}
      onSuccess={() => notify(is_active ? t.pausedNow : t.resumedNow)}
      label={is_active ? t.pause : t.resume}
    />
  )
}
