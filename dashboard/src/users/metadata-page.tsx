import { SimpleGrid, Stack } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CodeEditor } from '../ui/code-editor'
import { FormActions, useChangeForm } from '../ui/form'
import { Section } from '../ui/section'
import { changedMetadata, readMetadata, textOfMetadata } from './metadata'
import { useUser } from './use-user'

type Name = 'user_metadata' | 'app_metadata'

/** The metadata of a user, as JSON. */
export function MetadataPage(): ReactElement {
  const t = useMessages().user
  const user = useUser()
  if (!user) return <RoutePending />
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <MetadataEditor user={user} name="user_metadata" title={t.userMetadata} hint={t.userMetadataHint} />
      <MetadataEditor user={user} name="app_metadata" title={t.appMetadata} hint={t.appMetadataHint} />
    </SimpleGrid>
  )
}

function MetadataEditor({
  user,
  name,
  title,
  hint,
}: {
  user: Answer<'getUser'>
  name: Name
  title: string
  hint: string
}): ReactElement {
  const t = useMessages().user
  const may = useCan('updateUser')
  const update = useCall('updateUser')
  const before = user[name] ?? {}
  const changes = useChangeForm({ text: textOfMetadata(before) })
  const { form, is_dirty, afterSave } = changes
  const { text } = form.values
  const read = useMemo(() => readMetadata(text, t), [text, t])
  const save = (): void => {
    if (!read.members) return
    const change = changedMetadata(before, read.members)
    update.mutate(
      { id: user.user_id, body: name === 'user_metadata' ? { user_metadata: change } : { app_metadata: change } },
      afterSave,
    )
  }
  return (
    <Section title={title} hint={hint}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Stack>
          <CodeEditor
            label={t.jsonOf(title)}
            language="json"
            value={text}
            rows={18}
            is_read_only={!may}
            error={is_dirty ? read.error : undefined}
            onChange={(next) => form.setFieldValue('text', next)}
          />
          <FormActions changes={changes} call={update} saves="updateUser" is_disabled={read.error !== undefined} />
        </Stack>
      </form>
    </Section>
  )
}
