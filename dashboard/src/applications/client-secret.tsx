import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { CopyText } from '../ui/copy-text'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

/** The secret of an application: shown to those who ask for it and may read it, and rotated. */
export function ClientSecret({ client_id }: { client_id: string }): ReactElement {
  const t = useMessages().applications
  const [is_shown, setIsShown] = useState(false)
  return (
    <Section title={t.secret}>
      {is_shown && <Secret client_id={client_id} />}
      <Group gap="xs">
        {/* Who may rotate a secret may read it: both are the owner's. */}
        <Permission call="rotateClientSecret">
          <Button variant="default" onClick={() => setIsShown(!is_shown)}>
            {is_shown ? t.hideSecret : t.showSecret}
          </Button>
        </Permission>
        <RotateSecret client_id={client_id} />
      </Group>
    </Section>
  )
}

function Secret({ client_id }: { client_id: string }): ReactElement {
  const t = useMessages().applications
  const { data, error, refetch } = useRead('getClient', { id: client_id, fields: 'client_secret' })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={22} />
  return data.client_secret === undefined ? (
    <Text size="sm">{t.secretHidden}</Text>
  ) : (
    <CopyText text={data.client_secret} label={t.secret} />
  )
}

function RotateSecret({ client_id }: { client_id: string }): ReactElement {
  const t = useMessages().applications
  const [is_open, setIsOpen] = useState(false)
  const [secret, setSecret] = useState<string>()
  const rotate = useCall('rotateClientSecret')
  const confirm = (): void =>
    rotate.mutate(
      { id: client_id },
      {
        onSuccess: ({ client_secret }) => {
          setIsOpen(false)
          setSecret(client_secret)
        },
      },
    )
  return (
    <>
      <Permission call="rotateClientSecret">
        <Button variant="outline" color="red" onClick={() => setIsOpen(true)}>
          {t.rotate}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.rotateTitle}
        action={t.rotate}
        is_busy={rotate.isPending}
        error={rotate.error}
        onConfirm={confirm}
      >
        {t.rotateText}
      </ConfirmDialog>
      <Modal opened={secret !== undefined} onClose={() => setSecret(undefined)} title={t.secret}>
        {secret !== undefined && (
          <Stack>
            <Text role="status">{t.rotated}</Text>
            <CopyText text={secret} label={t.secret} />
          </Stack>
        )}
      </Modal>
    </>
  )
}
