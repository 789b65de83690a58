import {
  Accordion,
  Alert,
  Button,
  Group,
  List,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { WithCode } from '../ui/with-code'
import { modeOf } from './connection-mode'
import { NeededChangesAlert } from './needed-changes'
import { isReplacing, useSaveNeeds, type NeededChanges } from './use-save-needs'

type Connection = Answer<'getConnection'>
type Template = Answer<'listScriptTemplates'>['templates'][number]
/** One setting of a template. */
export type Setting = Template['settings'][number]
type Values = Record<string, string>

/** Scripts that were generated, the template that they come from, and what takes back the changes of the connection that they needed. */
export type Generated = { scripts: Answer<'generateScripts'>['scripts']; label: string; undo: () => Promise<void> }

/**
 * A button that loads scripts from a template. The address, the secrets and the allowed hosts of the template are saved, because scripts
 * cannot be tried without them; where that replaces what scripts in use may need, the admin is asked before. The scripts themselves are given to
 * `onLoad`, and saved by the admin.
 */
export function StartFromTemplate({
  connection,
  onLoad,
}: {
  connection: Connection
  onLoad: (generated: Generated) => void
}): ReactElement {
  const t = useMessages().connections
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call="generateScripts">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.startFromTemplate}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.startFromTemplate} size="lg">
        {is_open && (
          <ChooseTemplate
            connection={connection}
            onLoad={(generated) => {
              setIsOpen(false)
              onLoad(generated)
            }}
          />
        )}
      </Modal>
    </>
  )
}

type ChoiceProps = { connection: Connection; onLoad: (generated: Generated) => void }

function ChooseTemplate(props: ChoiceProps): ReactElement {
  const t = useMessages().connections
  const [chosen, setChosen] = useState<string | null>(null)
  const { data, error, refetch } = useRead('listScriptTemplates')
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const template = data.templates.find(({ id }) => id === chosen)
  return (
    <Stack>
      <Select
        label={t.template}
        placeholder={t.templateHint}
        searchable
        nothingFoundMessage={t.noTemplate}
        data={data.templates.map(({ id, label }) => ({ value: id, label }))}
        value={chosen}
        onChange={setChosen}
        data-autofocus
      />
      {template && <TemplateForm key={template.id} {...props} template={template} />}
    </Stack>
  )
}

/** Scripts that replace what scripts in use may need, once the admin has agreed. */
type Asked = { settings: Values; changes: NeededChanges }

/** Generates the scripts of a template, and saves what they need. */
function useLoadTemplate({ connection, onLoad }: ChoiceProps, template: Template) {
  const generate = useCall('generateScripts')
  const { changesOf, save } = useSaveNeeds(connection)
  const [is_busy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [asked, setAsked] = useState<Asked>()
  const load = async (settings: Values): Promise<void> => {
    if (!changesOf) return
    setIsBusy(true)
    setError(null)
    const mode = modeOf(connection) === 'legacy' ? 'legacy' : 'import'
    try {
      const { scripts, configuration, egress, options } = await generate.mutateAsync({
        id: connection.id,
        body: { template: template.id, mode, settings },
      })
      const values = Object.fromEntries(configuration.map((key) => [key, settings[key] ?? defaultOf(template, key)]))
      const needs = { configuration: values, egress, options }
      const changes = changesOf(needs)
      // What was agreed to are these settings, and no others.
      if (isReplacing(changes) && asked?.settings !== settings) return setAsked({ settings, changes })
      const undo = await save(needs)
      onLoad({ scripts, label: template.label, undo })
    } catch (failure) {
      setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  return { load, is_busy: is_busy || !changesOf, error, asked }
}

const defaultOf = ({ settings }: Template, key: string): string =>
  settings.find((setting) => setting.key === key)?.default ?? ''

function TemplateForm({ template, ...props }: ChoiceProps & { template: Template }): ReactElement {
  const t = useMessages()
  const texts = t.connections
  const [values, setValues] = useState<Values>({})
  const { load, is_busy, error, asked } = useLoadTemplate(props, template)
  const is_asked = asked?.settings === values
  const set = (key: string, value: string): void =>
    setValues(({ [key]: _before, ...others }) => (value === '' ? others : { ...others, [key]: value }))
  const field = (setting: Setting): ReactElement => (
    <SettingField key={setting.key} setting={setting} value={values[setting.key] ?? ''} onChange={set} />
  )
  const required = template.settings.filter((setting) => setting.required === true)
  const others = template.settings.filter((setting) => setting.required !== true)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void load(values)
      }}
    >
      <Stack>
        <Text c="dimmed">
          <WithCode text={template.description} />
        </Text>
        {template.cannot_move && <CannotMove who={template.cannot_move} />}
        {required.map(field)}
        {others.length > 0 && (
          <Accordion variant="contained">
            <Accordion.Item value="others">
              <Accordion.Control>{texts.otherSettings(others.length)}</Accordion.Control>
              <Accordion.Panel>
                <Stack>{others.map(field)}</Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        )}
        <Alert variant="light">{texts.templateText}</Alert>
        {is_asked && <NeededChangesAlert changes={asked.changes} />}
        {error !== null && <Problem error={error} title={t.ui.notSaved} />}
        <Group justify="flex-end">
          <Button type="submit" loading={is_busy}>
            {is_asked ? texts.needs.replaceAndLoad : texts.loadScripts}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Which users cannot move by a login, and what they can do. The server says who in English. */
function CannotMove({ who }: { who: readonly string[] }): ReactElement {
  const t = useMessages().connections
  return (
    <Alert variant="light" color="yellow" title={t.cannotMove}>
      <List size="sm" lang="en">
        {who.map((users) => (
          <List.Item key={users}>
            <WithCode text={users} />
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        {t.cannotMoveHint}
      </Text>
    </Alert>
  )
}

/** The field of one setting of a template. */
export function SettingField({
  setting,
  value,
  onChange,
}: {
  setting: Setting
  value: string
  onChange: (key: string, value: string) => void
}): ReactElement {
  const { key, kind, description, required = false, secret, values, minimum, maximum } = setting
  const common = {
    label: key,
    description: <WithCode text={description} />,
    required,
    placeholder: setting.default ?? '',
  }
  const change = (text: string): void => onChange(key, text)
  if (kind === 'choice') {
    const choices = (values ?? []).map((one) => ({ value: one, label: one === '' ? '–' : one }))
    return (
      <Select
        {...common}
        data={choices}
        value={value === '' ? null : value}
        onChange={(one) => change(one ?? '')}
        clearable={!required}
      />
    )
  }
  if (kind === 'number') {
    return (
      <NumberInput
        {...common}
        min={minimum ?? 1}
        {...(maximum === undefined ? {} : { max: maximum })}
        allowDecimal={false}
        value={value}
        onChange={(number) => change(String(number))}
      />
    )
  }
  const Field = secret === true || kind === 'url' ? PasswordInput : TextInput
  return (
    <Field
      {...common}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
