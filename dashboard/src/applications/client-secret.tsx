import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmButton, red } from '../ui/confirm-button'
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
    <Text size="sm">{t.beyondRole}</Text>
  ) : (
    <CopyText text={data.client_secret} label={t.secret} />
  )
}

function RotateSecret({ client_id }: { client_id: string }): ReactElement {
  const t = useMessages().applications
  const [secret, setSecret] = useState<string>()
  return (
    <>
      <ConfirmButton
        call="rotateClientSecret"
        input={{ id: client_id }}
        onSuccess={({ client_secret }) => setSecret(client_secret)}
        label={t.rotate}
        title={t.rotateTitle}
        button={red}
      >
        {t.rotateText}
      </ConfirmButton>
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
