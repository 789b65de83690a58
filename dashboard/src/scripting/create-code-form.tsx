import { Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { DialogActions } from '../ui/form-dialog'
import { TemplateChoice } from './template-choice'
import type { Template } from './templates'

/** The form of a new rule or action: its name, and the code that it begins with, whose template names it where no name is typed. */
export function CreateCodeForm({
  texts,
  name_max,
  isName,
  templates,
  call,
  onSubmit,
  onClose,
  children,
}: {
  texts: { name: string; nameRule: string; createText: string; create: string }
  name_max: number
  isName: (name: string) => boolean
  templates: readonly Template[]
  /** The state of the call that creates it. */
  call: { error: unknown; isPending: boolean }
  /** `code`: that of the template; undefined for a blank one. */
  onSubmit: (name: string, code: string | undefined) => void
  onClose: () => void
  /** Further fields behind the name. */
  children?: ReactNode
}): ReactElement {
  const t = useMessages().scripting
  const [template, setTemplate] = useState<string>()
  const [typed, setTyped] = useState<string>()
  const [is_sent, setIsSent] = useState(false)
  const chosen = templates.find((one) => one.name === template)
  const name = typed ?? (chosen === undefined ? '' : (t.templates[chosen.name] ?? chosen.name))
  const is_valid = isName(name)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setIsSent(true)
        if (is_valid) onSubmit(name, chosen?.code)
      }}
    >
      <Stack>
        <TextInput
          label={texts.name}
          value={name}
          maxLength={name_max}
          autoComplete="off"
          data-autofocus
          error={is_sent && !is_valid ? texts.nameRule : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {children}
        <TemplateChoice templates={templates} value={chosen?.name} onChange={setTemplate} />
        <Text size="sm" c="dimmed">
          {texts.createText}
        </Text>
        <DialogActions label={texts.create} call={call} onCancel={onClose} />
      </Stack>
    </form>
  )
}
