import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { SigningSecret } from './signing-secret'

type Stream = Answer<'getLogStream'>

/** Posts a test event, pauses and resumes a stream, and replaces its signing secret. */
export function StreamActions({ stream }: { stream: Stream }): ReactElement {
  const t = useMessages().logStreams
  const test = useCall('testLogStream')
  const rotate = useCall('rotateLogStreamSecret')
  const [is_asking, setIsAsking] = useState(false)
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
        <Permission call="rotateLogStreamSecret">
          <Button variant="default" onClick={() => setIsAsking(true)}>
            {t.rotate}
          </Button>
        </Permission>
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
      {rotate.data && <SigningSecret secret={rotate.data.signing_secret} />}
      <ConfirmDialog
        is_open={is_asking}
        onClose={() => setIsAsking(false)}
        title={t.rotate}
        action={t.rotate}
        is_busy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => rotate.mutate({ id: stream.id }, { onSuccess: () => setIsAsking(false) })}
      >
        {t.rotateText}
      </ConfirmDialog>
    </Stack>
  )
}

function PauseButton({ stream }: { stream: Stream }): ReactElement {
  const t = useMessages()
  const update = useCall('updateLogStream')
  const is_active = stream.status === 'active'
  const change = (): void =>
    update.mutate(
      { id: stream.id, body: { status: is_active ? 'paused' : 'active' } },
      {
        onSuccess: () => notify(is_active ? t.logStreams.pausedNow : t.logStreams.resumedNow),
        onError: (error) => notifyProblem(t.ui.notSaved, error),
      },
    )
  return (
    <Permission call="updateLogStream">
      <Button variant="default" loading={update.isPending} onClick={change}>
        {is_active ? t.logStreams.pause : t.logStreams.resume}
      </Button>
    </Permission>
  )
}
